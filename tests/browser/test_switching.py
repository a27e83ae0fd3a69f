"""Switching between the backends in one page, and the state that stays."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.test_nothing_missing import open_account, picture
from tests.conformance.room import Member

DJANGO, FASTAPI = "django-channels", "fastapi"

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]

NOT_SENT = """{'place@django-channels': {draft: '', mine: ['left'], outbox: [{id: 'left',
    text: 'not sent', photo: null, at: 1, sentAt: 1, after: 0, status: 'failed',
    problem: 'unanswered'}]}}"""
"""The state of the room that a closed page kept."""


def test_switching_in_the_middle_of_a_draft(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """Room, name, draft, photo and focus stay; each backend has a separate history."""
    ann = person("Ann")
    ann.open(chats.origins[DJANGO], room="switch")
    ann.is_connected()
    bob = member(chats.origins[DJANGO], "switch", "Bob")
    ann.say("over here")
    bob.until("message", text="over here")

    ann.page.evaluate("() => { window.samePage = true; }")
    draft, attached = ann.page.get_by_label("Message", exact=True), ann.page.locator("#attached li")
    picture("cat.png").hand(ann.page, "paste", "#draft")
    expect(attached).to_have_text(re.compile("cat.png"))
    ann.write("what I was going to & more # of it")
    draft.press("ArrowLeft")
    ann.switch("FastAPI")
    expect(draft).to_have_value("what I was going to & more # of it")
    expect(draft).to_be_focused()
    expect(attached).to_have_text(re.compile("cat.png"))
    expect(ann.page.locator("#room-title")).to_have_text("switch")
    expect(ann.page.locator("#people li")).to_have_text([re.compile("Ann.*You")])
    expect(ann.page.locator("#timeline")).to_contain_text("Now on FastAPI")
    expect(ann.page).to_have_url(f"{chats.origins[DJANGO]}/?backend=fastapi&room=switch")
    bob.until("left", user="Ann")
    bob.say("while you were away")

    there = member(chats.origins[FASTAPI], "switch", "Bob")
    ann.page.keyboard.type("!")  # at the kept cursor position
    draft.press("Enter")
    assert {each.get("text", each.get("name")) for each in there.messages(2)} == {
        "what I was going to & more # of i!t",
        "cat.png",
    }
    ann.shows("cat.png")
    expect(attached).to_have_count(0)

    ann.write("half a")
    ann.page.locator("#switch").get_by_label("FastAPI").press("ArrowLeft")
    expect(ann.page.locator("#server-framework")).to_have_text("Django Channels")
    ann.sees("over here")
    ann.sees("while you were away")
    expect(ann.page.locator("#switch").get_by_label("Django Channels")).to_be_focused()
    expect(draft).to_have_value("half a")
    expect(ann.page.locator(".message.own .text")).to_have_text("over here")
    bob.say("and back")
    ann.sees("and back")

    for step, label in (
        (ann.page.go_back, "FastAPI"),
        (ann.page.go_back, "Django Channels"),
        (ann.page.go_forward, "FastAPI"),
    ):
        step()
        expect(ann.page.locator("#server-framework")).to_have_text(label)
        expect(draft).to_have_value("half a")
    assert ann.page.evaluate("window.samePage")
    ann.page.reload()
    expect(ann.page.locator("#server-framework")).to_have_text("FastAPI")
    expect(draft).to_have_value("half a")
    ann.shows("cat.png")  # from the other origin


def test_the_place_in_the_conversation_stays(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """After each switch, messages of the same time are in view, also with an unsent message."""
    ann = person("Ann", viewport={"width": 1280, "height": 400})
    ann.page.add_init_script(f"localStorage['chat.kept.closed'] = JSON.stringify({NOT_SENT})")
    bob = member(chats.origins[DJANGO], "place", "Bob")
    cid = member(chats.origins[FASTAPI], "place", "Cid")
    for turn in range(3):
        for somebody, place in ((bob, "django"), (cid, "fastapi")):
            for each in range(6):
                somebody.until("message", id=somebody.say(f"{place} {turn}{each}"))
    ann.open(chats.origins[DJANGO], room="place")
    ann.sees("django 25")
    expect(ann.page.locator(".message[data-status=failed]")).to_have_count(1)
    read, said_before = (ann.page.get_by_text(text) for text in ("django 11", "fastapi 05"))
    read.evaluate("read => read.closest('li').scrollIntoView()")
    expect(read).to_be_in_viewport()
    before = read.bounding_box()
    for _ in range(2):
        ann.switch("FastAPI")
        expect(said_before).to_be_in_viewport()
        expect(ann.page.get_by_text("fastapi 25")).not_to_be_in_viewport()
        ann.switch("Django Channels")
        expect(read).to_be_in_viewport()
    assert read.bounding_box() == pytest.approx(before, abs=2)


def test_switching_to_and_fro_ends_where_one_chose_last(chats: Chats, person: BringPerson) -> None:
    """The page drops the answers to earlier choices."""
    ann = person("Ann")
    ann.open(chats.origins[DJANGO], room="quickly")
    ann.is_connected()
    ann.page.evaluate(
        """() => {
            const [one, other] = document.querySelectorAll('#switch input');
            for (let times = 0; times < 9; times += 1) (times % 2 ? one : other).click();
        }"""
    )
    expect(ann.page.locator("#server-framework")).to_have_text("FastAPI")
    expect(ann.page).to_have_url(re.compile("backend=fastapi"))
    ann.say("here")
    ann.sees("here")
    expect(ann.page.locator(".notice.switched")).to_have_count(1)
    ann.switch("Django Channels")
    ann.is_connected()
    assert ann.has_said() == []


def test_what_waits_for_one_backend_goes_to_no_other(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """Text and photo wait for their backend, and go out when the user switches back."""
    ann = person("Ann")
    ann.open(chats.origins[DJANGO], backend=FASTAPI, room="waits")
    ann.is_connected()
    bob = member(chats.origins[DJANGO], "waits", "Bob")
    chats.kill(FASTAPI)
    expect(ann.page.locator("#trouble-words")).to_have_text("FastAPI does not answer.")
    ann.say("for FastAPI")
    picture("waits.png").hand(ann.page, "paste", "#draft")
    expect(ann.page.locator("#attached li")).to_have_count(1)
    ann.page.get_by_role("button", name="Send", exact=True).click()
    expect(ann.page.locator(".message[data-status=waiting]")).to_have_count(2)

    ann.page.get_by_role("button", name="Use Django Channels").click()
    expect(ann.page.locator("#toast")).to_have_text(re.compile("2 messages wait for FastAPI"))
    ann.is_connected()
    ann.say("for Django")
    assert [each.get("text") for each in bob.messages(1)] == ["for Django"]
    expect(ann.page.locator(".message[data-status]")).to_have_count(0)

    chats.restart(FASTAPI)
    there = member(chats.origins[FASTAPI], "waits", "Bob")
    ann.switch("FastAPI")
    sent = [str(each.get("text", each.get("name"))) for each in there.messages(2)]
    assert sorted(sent) == ["for FastAPI", "waits.png"]
    ann.sees("for FastAPI")
    ann.shows("waits.png")
    assert ann.has_said() == ["for FastAPI"]
    assert [each["type"] for each in bob.heard() if each["type"] in {"message", "image"}] == []


def test_signing_in_on_both_backends_in_one_page(chats: Chats, person: BringPerson) -> None:
    """An account belongs to one backend: the user can sign in on one or both, with two names."""
    ann = person("Ann")
    ann.expected.append("Failed to load resource")
    ann.open(chats.origins[DJANGO], room="accounts")
    me = ann.page.locator("#people li")
    expect(me).to_have_text([re.compile("Ann.*You")])
    ann.page.get_by_role("button", name="your account").click()
    open_account(ann, "Anna", call="New account")
    expect(me).to_have_text([re.compile("Anna.*You")])
    ann.say("as Anna")
    ann.sees("as Anna")

    ann.switch("FastAPI")
    ann.page.get_by_role("button", name="your account").click()
    expect(ann.page.get_by_role("dialog")).to_contain_text(re.compile("as a guest, .?Anna"))
    open_account(ann, "Annette", call="New account")
    expect(me).to_have_text([re.compile("Annette.*You")])
    ann.say("as Annette")
    ann.sees("as Annette")
    ann.switch("Django Channels")
    expect(me).to_have_text([re.compile("Anna.*You")])
    expect(ann.page.locator(".message.own .text")).to_have_text("as Anna")
    ann.page.get_by_role("button", name="your account").click()
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.page.get_by_label("Your name")).to_be_visible()
    ann.page.locator("#first-backend").get_by_label("FastAPI").check()
    expect(ann.page.locator("#signed")).to_contain_text("Signed in as Annette")
    ann.page.reload()
    expect(ann.page.locator("#signed")).to_contain_text("Signed in as Annette")
    ann.page.get_by_role("button", name="Enter the room").click()
    expect(me).to_have_text([re.compile("Annette.*You")])
    expect(ann.page.locator(".message.own .text")).to_have_text("as Annette")

    # The session ended elsewhere: the user comes as a guest.
    ann.page.context.clear_cookies()
    ann.page.reload()
    expect(me).to_have_text([re.compile("You")])
    expect(me).not_to_contain_text("Ann")
    expect(ann.page.locator("#trouble")).to_be_hidden()


def test_a_backend_that_is_away(person: BringPerson) -> None:
    """The page does not switch to it; a link to it shows this and offers the other backend."""
    with Chats(DJANGO) as alone:
        ann = person("Ann")
        ann.expected.append("ERR_CONNECTION_REFUSED")
        ann.open(alone.origins[DJANGO], room="stay")
        ann.is_connected()
        ann.page.locator("#switch").get_by_label("FastAPI").click()
        expect(ann.page.locator("#toast")).to_have_text(re.compile("FastAPI does not answer"))
        expect(ann.page.locator("#switch").get_by_label("Django Channels")).to_be_checked()
        ann.say("still here")
        ann.sees("still here")

        ann.open(alone.origins[DJANGO], backend=FASTAPI, room="stay")
        trouble = ann.page.locator("#trouble-words")
        expect(trouble).to_have_text("FastAPI does not answer.", timeout=RETURN_MS)
        expect(ann.page.locator("#switch").get_by_label("FastAPI")).to_be_checked()
        expect(ann.page.get_by_role("button", name="Try now")).to_be_visible()
        ann.write("half a")
        ann.page.get_by_role("button", name="Use Django Channels").click()
        ann.is_connected()
        expect(trouble).to_be_hidden()
        ann.sees("still here")
        expect(ann.page.get_by_label("Message", exact=True)).to_have_value("half a")
        expect(ann.page).to_have_url(re.compile("backend=django-channels&room=stay"))


def test_a_photo_of_the_other_backend_where_the_host_is_an_address(
    person: BringPerson, member: BringMember
) -> None:
    """A browser sees two ports of an address as two sites, and has the photo in its cache."""
    with Chats(host="127.0.0.1") as chats:
        ann = person("Ann")
        bob = member(chats.origins["fastapi"], "by-address", "Bob")
        bob.until("image", id=bob.send_image(picture("").data, name="cat.png"))
        for origin in (chats.origins["fastapi"], chats.origins["django-channels"]):
            ann.open(origin, backend="fastapi", room="by-address")
            ann.is_connected()
            ann.shows("cat.png")
