"""The page tells what is so: offline, names, accounts, times, colours, and whose fault it was."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Chats, Person
from tests.browser.inspector import part, told
from tests.browser.scripted_server import ScriptedServer
from tests.browser.test_nothing_missing import open_account, picture
from tests.conformance.room import Member

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]
BringMember = Callable[[str, str, str], Member]

LABELS = {"django-channels": "Django Channels", "fastapi": "FastAPI"}
COLOURS = {"django-channels": "rgb(0, 114, 178)", "fastapi": "rgb(179, 71, 0)"}
"""The same as in the race and in the charts."""
UNEXPLAINED = """() => [...document.querySelectorAll('button')]
    .filter((each) => each.checkVisibility())
    .filter((each) => {
        const shown = each.cloneNode(true);
        shown.querySelectorAll('.unseen, .avatar').forEach((part) => part.remove());
        return shown.textContent.trim().length < 2 && !each.title;
    })
    .map((each) => each.outerHTML)"""
"""Buttons that show an icon, a sign or a digit only, and have no tooltip."""
HUES = "marks => marks.map(({ dataset }) => dataset.hue)"


class SilentServer(ScriptedServer):
    """Can stop answering pings."""

    pongs = True

    def _hear(self, data: str | bytes) -> None:
        if self.pongs or isinstance(data, bytes) or json.loads(data)["type"] != "ping":
            super()._hear(data)


def test_no_backend_is_to_blame_while_the_browser_is_offline(
    chats: Chats, person: BringPerson
) -> None:
    ann = person("Ann")
    ann.expected.append("ERR_INTERNET_DISCONNECTED")
    ann.open(chats.origins["fastapi"], room="tunnel")
    ann.is_connected()
    ann.page.context.set_offline(True)
    expect(ann.page.locator("#trouble-words")).to_have_text("You are offline.")
    ann.page.locator("#switch").get_by_label("Django Channels").click()
    expect(ann.page.locator("#toast")).to_have_text("You are offline.")
    ann.page.context.set_offline(False)
    ann.is_connected()
    expect(ann.page.locator("#server-framework")).to_have_text("FastAPI")


def test_the_proposed_name_is_no_account(chats: Chats, person: BringPerson) -> None:
    """After an account on one backend, a switch to and fro, and the sign-out, a guest gets in."""
    ann = person("Mika Four")
    ann.expected.append("Failed to load resource")
    ann.open(chats.origins["django-channels"], room="guests")
    ann.is_connected()
    ann.page.get_by_role("button", name="your account").click()
    open_account(ann, "Mika Four", call="New account")
    expect(ann.page.get_by_role("dialog")).to_be_hidden()
    ann.is_connected()
    ann.switch("FastAPI")
    ann.switch("Django Channels")
    ann.page.get_by_role("button", name="your account").click()
    ann.page.get_by_role("button", name="Sign out").click()
    name = ann.page.get_by_label("Your name")
    expect(name).to_be_visible()
    assert name.input_value() not in {"", "Mika Four"}
    ann.page.get_by_role("button", name="Enter the room").click()
    ann.is_connected()


def test_the_bar_and_the_inspector_have_one_round_trip(chats: Chats, person: BringPerson) -> None:
    """The inspector also has the pings from before it was opened."""
    ann = person("Ann")
    server = SilentServer(ann.page)
    ann.open(chats.origins["fastapi"], room="stage")
    trip = ann.page.locator("#trip")
    expect(trip).to_have_text(re.compile(r"[\d.]+ ms$"))
    server.pongs = False
    shown = trip.inner_text().removeprefix(" · ")
    ann.page.locator("#inspector-open").click()
    median = ann.page.locator("#inspector .trip-facts b").nth(1)
    expect(median).to_have_text(shown.strip("· "))


def test_a_probe_is_told_for_a_while_and_in_the_chat(chats: Chats, person: BringPerson) -> None:
    """Its result goes away with time or by Clear; the chat shows also an error with an id."""
    ann = person("Ann")
    page = ann.page
    page.clock.install()
    ann.open(chats.origins["fastapi"], room="probed")
    ann.is_connected()
    page.locator("#inspector-open").click()
    for count, end in enumerate(("clear", "time"), 1):
        part(page, "probe").click()
        page.locator("#inspector-probes [data-probe=wrongField]").click()
        expect(told(page)).to_contain_text("the server answered invalid_field")
        notices = page.locator("#timeline .notice.refused")
        expect(notices).to_have_count(count)
        expect(notices.last).to_contain_text("The server refused something: ")
        if end == "clear":
            part(page, "clear").click()
        else:
            page.clock.fast_forward(11_000)
        expect(told(page)).to_be_empty()


def test_every_icon_has_a_tooltip(chats: Chats, person: BringPerson) -> None:
    ann = person("Ann", viewport={"width": 1440, "height": 800})
    ann.open(chats.origins["fastapi"], room="icons")
    ann.is_connected()
    ann.page.locator("#files").set_input_files([picture("view.png").payload()])
    expect(ann.page.locator("#attached li")).to_have_count(1)
    assert ann.page.evaluate(UNEXPLAINED) == []
    ann.page.set_viewport_size({"width": 400, "height": 800})
    more = ann.page.locator("#more-button")
    expect(more).to_be_visible()
    assert ann.page.evaluate(UNEXPLAINED) == []
    more.click()
    assert ann.page.evaluate(UNEXPLAINED) == []


def test_a_link_with_a_room_that_cannot_be(chats: Chats, person: BringPerson) -> None:
    """The entrance shows the room, and what is wrong with it."""
    ann = person("Ann")
    for view in ({}, {"view": "race"}):
        ann.open(chats.origins["fastapi"], room="bad room!", **view)
        field = ann.page.get_by_label("Room", exact=True)
        expect(field).to_have_value("bad room!")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(ann.page.locator("#room-problem")).to_have_text(re.compile("Use letters A to Z"))


@pytest.mark.parametrize(
    ("locale", "time"),
    [
        ("en-US", "2:13 PM"),
        # German shows that the hours follow the locale, beside words of another language.
        pytest.param("en-GB", "14:13", marks=pytest.mark.all_arms),
        ("de-DE", "14:13"),
    ],
)
def test_times_as_the_locale_writes_them(
    chats: Chats, person: BringPerson, locale: str, time: str
) -> None:
    """Also where the words are of another language than the locale."""
    ann = person("Ann", locale=locale, timezone_id="UTC")
    server = ScriptedServer(ann.page)
    ann.open(chats.origins["fastapi"], room="stage")
    ann.is_connected()
    server.say("Bob", "hello")
    expect(ann.page.locator(".message time")).to_have_text(time)


def test_two_people_have_two_colours(on_stage: OnStage) -> None:
    """Also if their names lead to the same colour; a message has its author's colour."""
    others = (f"Bob {number}" for number in range(100))
    alike = next(name for name in others if hue(name) == hue("Ann"))
    ann, server = on_stage(members=["Ann", alike])
    server.say(alike, "hello")
    own, other = ann.page.locator("#people .avatar").evaluate_all(HUES)
    assert own != other
    expect(ann.page.locator(".message .avatar")).to_have_attribute("data-hue", other)
    expect(ann.page.locator("#me .avatar")).to_have_attribute("data-hue", own)


def hue(name: str) -> int:
    """The hue to which a name leads."""
    total = 0
    for character in name:
        total = (total * 31 + ord(character)) % 8191
    return total % 8


@pytest.mark.parametrize("backend", LABELS)
def test_the_backend_at_a_glance(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """The bar has the backend's colour, the switch says what changes and who stayed behind."""
    ann = person("Ann", color_scheme="light")
    ann.open(chats.origins[backend], room=f"glance-{backend}")
    ann.is_connected()
    member(chats.origins[backend], f"glance-{backend}", "Bob")
    expect(ann.page.locator("#timeline .notice.entered")).to_have_text(
        f"Joined #glance-{backend} on {LABELS[backend]}"
    )
    expect(ann.page.locator("#people li")).to_have_count(2)
    bar = ann.page.locator(".bar")
    expect(bar).to_have_css("border-bottom-color", COLOURS[backend])
    (other,) = LABELS.keys() - {backend}
    ann.switch(LABELS[other])
    expect(bar).to_have_css("border-bottom-color", COLOURS[other])
    expect(ann.page.locator("#toast")).to_have_text(
        f"{LABELS[other]} keeps its own history. "
        f"1 person is still in #glance-{backend} on {LABELS[backend]}."
    )
    toast, desk = (ann.page.locator(part).bounding_box() for part in ("#toast", ".desk"))
    assert toast is not None
    assert desk is not None
    assert toast["y"] + toast["height"] <= desk["y"], "it covers the composer"
