"""The client in Chromium with both chats: conversation and reconnection."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Chats, Person
from tests.conformance.room import Member

LABELS = {"django-channels": "Django Channels", "fastapi": "FastAPI"}
Theme = Literal["light", "dark"]
PAYLOAD = "<img src=x onerror=alert(1)><script>alert(2)</script>"

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]


@pytest.mark.parametrize("backend", LABELS)
def test_two_people_talk(chats: Chats, person: BringPerson, backend: str) -> None:
    """A link opens the room, and the users see each other's presence, typing and messages."""
    ann, bob = person("Ann"), person("Bob")
    for somebody in (ann, bob):
        somebody.open(chats.origins[backend], backend=backend, room="talk")
        somebody.is_connected()

    expect(ann.page.locator("#people li")).to_have_text([re.compile("Ann.*You"), re.compile("Bob")])
    expect(ann.page.locator("#timeline")).to_contain_text("Bob joined")
    expect(ann.page.locator("#server-framework")).to_have_text(LABELS[backend])
    expect(ann.page.locator("#server-trip")).to_have_text(re.compile(r"^[\d.]+ ms$"))

    bob.write("hel")
    expect(ann.page.locator("#typing")).to_have_text("Bob is typing…")
    bob.say("hello Ann")
    ann.sees("hello Ann")
    expect(ann.page.locator("#typing")).to_have_text("")
    ann.say("hello\nBob 😀")
    bob.sees("hello\nBob 😀")
    expect(ann.page.locator(".message.own .text")).to_have_text("hello\nBob 😀")
    expect(bob.page.locator(".message:not(.own) .author")).to_have_text("Ann")

    bob.page.get_by_role("button", name="Leave").click()
    expect(ann.page.locator("#timeline")).to_contain_text("Bob left")
    expect(ann.page.locator("#count")).to_have_text("1 person")
    expect(bob.page.get_by_role("button", name="Enter the room")).to_be_visible()


@pytest.mark.parametrize("backend", LABELS)
def test_a_server_that_is_killed_and_restarted(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """The client reconnects without help, and a message from the meantime arrives once."""
    ann = person("Ann")
    ann.open(chats.origins[backend], room="restart")
    ann.is_connected()
    ann.say("before")
    ann.sees("before")

    chats.kill(backend)
    expect(ann.page.locator("#trouble")).to_be_visible()
    expect(ann.page.locator("#link")).not_to_have_text("Connected")
    ann.say("meanwhile")
    expect(ann.page.locator(".message[data-status=waiting] .fate")).to_have_text(
        "Waiting for the connection"
    )

    chats.restart(backend)
    expect(ann.page.locator("#link")).to_have_text("Connected", timeout=30_000)
    expect(ann.page.locator("#timeline")).to_contain_text("You are back.")
    expect(ann.page.locator("#trouble")).to_be_hidden()
    ann.sees("meanwhile")
    expect(ann.page.locator(".message[data-status]")).to_have_count(0)
    bob = member(chats.origins[backend], "restart", "Bob")
    bob.say("after")
    ann.sees("after")

    chats.stop(backend)  # it says why: the strip and the timeline explain the close code
    expect(ann.page.locator("#trouble-words")).to_have_text("The server is restarting.")
    chats.restart(backend)
    expect(ann.page.locator("#link")).to_have_text("Connected", timeout=30_000)
    lost = ann.page.locator("#timeline .notice.lost")
    expect(lost.last).to_have_text("The server is restarting.")


def test_a_refused_guest_is_told_and_not_sent_again(person: BringPerson) -> None:
    """The page explains 4401, leads to the entrance, and does not try again."""
    with Chats("fastapi", CHAT_GUESTS="0") as closed:
        ann = person("Ann")
        ann.expected.append("401")  # guests may not list the rooms either
        ann.expected.append("ERR_CONNECTION_REFUSED")  # if the page asks after the server's end
        ann.open(closed.origins["fastapi"], room="closed")
        expect(ann.page.get_by_text(re.compile("You have to sign in first"))).to_be_visible()
        expect(ann.page.locator("#link")).to_have_text("Not connected")
        expect(ann.page.get_by_role("button", name="Try now")).to_be_hidden()
        expect(ann.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        ann.page.get_by_role("button", name="Change room or name").click()
        expect(ann.page.get_by_label("Your name")).to_be_focused()
        expect(ann.page.get_by_label("Your name")).to_have_value("Ann")


def test_the_entrance_by_keyboard(chats: Chats, person: BringPerson) -> None:
    """The page proposes a name and keeps it, and shows each problem at its field."""
    ann = person()
    ann.open(chats.origins["django-channels"])
    name, room = ann.page.get_by_label("Your name"), ann.page.get_by_label("Room", exact=True)
    expect(name).to_have_value(re.compile(r"^\w+ \w+$"))
    proposed = name.input_value()

    room.fill("no spaces")
    room.press("Enter")
    expect(room).to_be_focused()
    expect(ann.page.locator("#room-problem")).to_have_text(re.compile("Use letters"))

    ann.page.keyboard.press("ControlOrMeta+a")
    ann.page.keyboard.type("keys")
    ann.page.keyboard.press("Tab")
    ann.page.keyboard.press("ArrowRight")
    ann.page.keyboard.press("Enter")
    ann.is_connected()
    expect(ann.page.locator("#server-framework")).to_have_text("FastAPI")
    expect(ann.page.get_by_label("Message", exact=True)).to_be_focused()
    ann.page.keyboard.type("typed")
    ann.page.keyboard.press("Enter")
    ann.sees("typed")

    ann.page.go_back()
    expect(name).to_have_value(proposed)
    ann.page.go_forward()
    ann.is_connected()
    ann.page.reload()
    ann.is_connected()
    expect(ann.page.locator("#people li")).to_have_text([re.compile(proposed)])


def test_light_and_dark(chats: Chats, person: BringPerson) -> None:
    """The page uses the system's theme until the user chooses another, and keeps the choice."""
    ann = person("Ann", color_scheme="dark")
    ann.open(chats.origins["fastapi"], room="colours")
    page = ann.page.locator("body")
    paper: dict[Theme, str] = {"light": "rgb(245, 244, 240)", "dark": "rgb(18, 20, 22)"}
    expect(page).to_have_css("background-color", paper["dark"])
    ann.page.emulate_media(color_scheme="light")
    expect(page).to_have_css("background-color", paper["light"])
    for colour in paper.values():  # by the button: light, then dark
        ann.page.get_by_role("button", name="Theme").click()
        for system in paper:
            ann.page.emulate_media(color_scheme=system)
            expect(page).to_have_css("background-color", colour)
    ann.page.emulate_media(color_scheme="light")
    ann.page.reload()
    expect(page).to_have_css("background-color", paper["dark"])


def test_nothing_hangs_over_the_edge(chats: Chats, person: BringPerson) -> None:
    """The page fits at every width with any message, and one button shows the people."""
    ann = person("W" * 32)
    ann.open(chats.origins["fastapi"], room="r" * 64)
    ann.is_connected()
    ann.say("x" * 4000)
    ann.sees("x" * 4000)
    ann.write("y" * 4001)
    expect(ann.page.get_by_text("1 character too many")).to_be_visible()
    expect(ann.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    people = ann.page.get_by_role("button", name="show people and server")
    for width in (320, 800, 1600):
        ann.page.set_viewport_size({"width": width, "height": 640})
        if width < 960:
            people.click()
        expect(ann.page.locator("#people")).to_be_in_viewport()
        assert ann.page.evaluate("() => document.documentElement.scrollWidth") == width
        assert ann.page.evaluate("() => document.getElementById('log').scrollWidth") <= width
        if width < 960:
            ann.page.keyboard.press("Escape")
            expect(ann.page.locator("#people")).not_to_be_in_viewport()


# test_injection.py asks the same with more markup: a real chat's history, and what comes live.
@pytest.mark.all_arms
def test_names_and_messages_are_text(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """The page shows markup in a name or a message as text, and the markup does nothing."""
    ann = person("Ann")
    ann.open(chats.origins["django-channels"], room="markup")
    ann.is_connected()
    eve = member(chats.origins["django-channels"], "markup", "<b onclick=alert(1)>Eve</b>")
    eve.say(PAYLOAD)
    ann.sees(PAYLOAD)
    expect(ann.page.locator("#people")).to_contain_text("<b onclick=alert(1)>Eve</b>")
    expect(ann.page.locator("#chat img, #chat script, #chat b")).to_have_count(0)
