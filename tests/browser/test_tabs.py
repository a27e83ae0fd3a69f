"""Several tabs of one browser, and a hidden tab."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.conformance.room import Member, Room

BringPerson = Callable[..., Person]
BringMember = Callable[[str, str, str], Member]

LISTEN = """() => {
    globalThis.heard = '';
    globalThis.WebSocket = class extends WebSocket {
        constructor(...how) {
            super(...how);
            this.addEventListener('message', ({ data }) => {
                heard += data;
                document.documentElement.heardTheLast = heard.includes('the last');
            });
        }
    };
}"""
HIDE = """(hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    if (hidden) { // nothing is drawn in a hidden tab
        globalThis.resting = [];
        globalThis.draw = requestAnimationFrame;
        globalThis.requestAnimationFrame = (frame) => resting.push(frame);
    } else {
        globalThis.requestAnimationFrame = draw;
        for (const frame of resting) requestAnimationFrame(frame);
    }
}"""

COUNTS = "() => import('/client/views/unread_title.js').then(() => true)"
"""A tab loads what counts when it is hidden for the first time."""


def test_the_title_of_a_hidden_tab_counts_what_came(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """Messages of others count, in the chat and in the split view, where copies count once."""
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="unread")
    ann.is_connected()
    expect(ann.page).to_have_title("#unread · FastAPI")
    bobs = [member(origin, "unread", "Bob") for origin in chats.origins.values()]
    bob = bobs[[*chats.origins].index("fastapi")]
    bob.say("seen")
    ann.sees("seen")
    ann.page.evaluate(HIDE, True)
    assert ann.page.evaluate(COUNTS)
    for text in ("one", "two"):
        bob.say(text)
    expect(ann.page).to_have_title("(2) #unread · FastAPI")
    ann.page.evaluate(HIDE, False)
    expect(ann.page).to_have_title("#unread · FastAPI")
    ann.sees("two")
    ann.page.evaluate(HIDE, True)
    bob.say("three")
    expect(ann.page).to_have_title("(1) #unread · FastAPI")
    ann.page.evaluate(HIDE, False)
    ann.sees("three")

    ann.page.locator("#split-open").click()
    for side in (0, 1):
        status = ann.page.locator(f".split-side[data-side='{side}']").get_by_role("status")
        expect(status).to_have_text("Connected", timeout=RETURN_MS)
    expect(ann.page).to_have_title("Split view · #unread")
    ann.page.evaluate(HIDE, True)
    for count, text in enumerate(("four", "five"), 1):
        identifier = str(uuid4())
        for each in bobs:  # as a split view does: one message, two copies
            each.until("message", id=each.say(text, identifier))
        expect(ann.page).to_have_title(f"({count}) Split view · #unread")
    ann.page.evaluate(HIDE, False)
    expect(ann.page).to_have_title("Split view · #unread")


def test_a_tab_that_begins_hidden_counts_too(chats: Chats, person: BringPerson) -> None:
    """It was opened in the background: its page was never drawn."""
    ann = person("Ann")
    ann.page.add_init_script(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "globalThis.requestAnimationFrame = () => 0;"
    )
    ann.open(chats.origins["fastapi"], room="unread-behind")
    assert ann.page.evaluate(COUNTS)
    with Room(chats.origins["fastapi"], "unread-behind") as room:
        bob = room.connect("Bob")
        if bob.frame()["count"] < 2:
            bob.until("joined", user="Ann")
        bob.say("are you there?")
        expect(ann.page).to_have_title(re.compile(r"^\(1\) "))


def test_each_tab_is_somebody_of_its_own(chats: Chats, person: BringPerson) -> None:
    """A tab keeps its user after a reload and after going back, whatever another tab does."""
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="tabs")
    ann.is_connected()
    bob = Person(ann.page.context.new_page(), ann.complaints)
    bob.page.on("console", bob.listen)
    bob.open(chats.origins["fastapi"])
    expect(bob.page.get_by_label("Your name")).to_have_value("Ann")
    bob.page.get_by_label("Your name").fill("Bob")
    bob.page.get_by_label("Room", exact=True).fill("tabs")
    bob.page.get_by_role("button", name="Enter the room").click()
    bob.is_connected()

    me = ann.page.locator("#people li").filter(has_text="You")
    ann.page.reload()
    expect(me).to_contain_text("Ann")
    ann.page.get_by_role("button", name="Leave").click()
    expect(ann.page.get_by_label("Your name")).to_have_value("Ann")
    ann.page.go_back()
    expect(me).to_contain_text("Ann")
    bob.page.reload()
    expect(bob.page.locator("#people li").filter(has_text="You")).to_contain_text("Bob")


@pytest.mark.parametrize("backend", ["django-channels", "fastapi"])
def test_what_came_while_the_tab_was_hidden_is_new(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """The first new message has the mark, and later messages in view have no mark."""
    ann = person("Ann")
    ann.page.add_init_script(f"({LISTEN})()")
    ann.open(chats.origins[backend], room="hidden")
    ann.is_connected()
    bob = member(chats.origins[backend], "hidden", "Bob")
    bob.say("seen")
    ann.sees("seen")
    ann.page.evaluate(HIDE, True)
    bob.say("the first")
    bob.say("the last")
    expect(ann.page.locator("html")).to_have_js_property("heardTheLast", True)
    ann.page.evaluate(HIDE, False)
    ann.sees("the last")
    expect(ann.page.locator(".first-unread .text")).to_have_text("the first")
    bob.say("seen, too")
    ann.sees("seen, too")
    expect(ann.page.locator(".first-unread")).to_have_count(0)
