"""Access for all users: both languages, the keyboard, and texts for every control."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Chats, Person
from tests.browser.scripted_server import ScriptedServer
from tests.conformance.room import Member

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]
BringMember = Callable[[str, str, str], Member]

NAMELESS = """() => [...document.querySelectorAll('button, input, textarea, a')]
    .filter((each) => each.checkVisibility())
    .filter((each) => !`${each.ariaLabel ?? ''}${each.textContent}`.trim()
        && ![...each.labels ?? []].some((label) => label.textContent.trim()))
    .map((each) => each.outerHTML)"""

HOLD = """() => {
    const real = setTimeout;
    globalThis.held = [];
    globalThis.setTimeout = (run, wait, ...more) =>
        wait >= 1000 ? held.push(run) : real(run, wait, ...more);
}"""
"""What the page shows for a short time stays until `LET_GO`: a slow machine sees it, too."""
LET_GO = "() => { for (const run of held.splice(0)) run(); }"


def says_nothing_empty(page: Page) -> None:
    """Check that every control has a name, and that no place for a text is empty."""
    assert page.evaluate(NAMELESS) == []
    empty = "() => [...document.querySelectorAll('[data-words]:empty')].map((e) => e.outerHTML)"
    assert page.evaluate(empty) == []


def test_japanese_by_the_browser_and_by_the_control(chats: Chats, person: BringPerson) -> None:
    """The page uses the browser's language; the control changes it for good and keeps the draft."""
    ann = person("Ann", locale="ja-JP")
    ann.open(chats.origins["fastapi"])
    expect(ann.page.get_by_role("button", name="部屋に入る")).to_be_visible()
    expect(ann.page.locator("html")).to_have_attribute("lang", "ja")
    says_nothing_empty(ann.page)
    ann.page.locator("#room").fill("kotoba")
    ann.page.get_by_role("button", name="部屋に入る").click()
    expect(ann.page.locator("#link")).to_have_text("接続済み")
    says_nothing_empty(ann.page)
    ann.page.get_by_label("メッセージ", exact=True).last.fill("書きかけ")
    ann.page.get_by_role("button", name="English").click()
    ann.is_connected()
    expect(ann.page.get_by_label("Message", exact=True)).to_have_value("書きかけ")
    says_nothing_empty(ann.page)
    ann.page.reload()
    ann.is_connected()


def test_a_room_with_somebody_in_it_is_one_click_away(
    chats: Chats, person: BringPerson, member: BringMember
) -> None:
    """The entrance lists the rooms with their numbers of people."""
    ann = person("Ann")
    member(chats.origins["fastapi"], "busy-room", "Bob")
    ann.open(chats.origins["fastapi"])
    ann.page.get_by_role("button", name=re.compile("#busy-room.*1 person")).click()
    expect(ann.page.get_by_label("Room", exact=True)).to_have_value("busy-room")
    ann.page.keyboard.press("Enter")
    ann.is_connected()
    expect(ann.page.locator("#people li")).to_have_count(2)


@pytest.mark.parametrize("backend", ["django-channels", "fastapi"])
def test_new_messages_while_one_reads_above(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """The read line stays in place, new messages are counted and marked, addresses are links."""
    ann = person("Ann", viewport={"width": 500, "height": 400})
    ann.open(chats.origins[backend], room="above")
    ann.is_connected()
    bob = member(chats.origins[backend], "above", "Bob")
    for each in range(20):
        bob.say(f"line {each}")
    ann.sees("line 19")
    expect(ann.page.get_by_text("line 19", exact=True)).to_be_in_viewport()
    read = ann.page.get_by_text("line 3", exact=True)
    read.scroll_into_view_if_needed()
    expect(read).to_be_in_viewport()
    bob.say("see https://example.org/?a=1, or javascript:alert(1)")
    bob.say("and this")
    expect(ann.page.locator("#unread")).to_have_text("2 new messages")
    expect(read).to_be_in_viewport()
    ann.page.locator("#unread").click()
    expect(ann.page.get_by_text("and this", exact=True)).to_be_in_viewport()
    expect(ann.page.locator("#unread")).to_be_hidden()
    expect(ann.page.locator(".first-unread")).to_have_count(1)
    expect(ann.page.locator(".first-unread a")).to_have_attribute(
        "href", "https://example.org/?a=1"
    )
    ann.say("thank you")
    expect(ann.page.locator(".first-unread")).to_have_count(0)


# The keys do the same at every width; the axe tests open the panel at each of them.
@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.all_arms)])
def test_the_rooms_behind_the_title_by_keyboard(
    chats: Chats, person: BringPerson, member: BringMember, width: int
) -> None:
    """Inside a room, arrows and Enter choose another room, and Escape leads back."""
    ann = person("Ann", viewport={"width": width, "height": 640})
    bob = member(chats.origins["fastapi"], f"next-door-{width}", "Bob")
    ann.open(chats.origins["fastapi"], room=f"home-{width}")
    ann.is_connected()
    ann.write("half a sentence")
    ann.page.keyboard.press("Control+k")
    panel = ann.page.get_by_role("dialog", name="Rooms")
    field = panel.get_by_role("combobox", name="Go to a room")
    expect(field).to_be_focused()
    expect(panel.get_by_role("option", name=f"home-{width} You are here")).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(ann.page.get_by_label("Message", exact=True)).to_be_focused()

    title = ann.page.get_by_role("button", name=": other rooms")
    title.focus()
    ann.page.keyboard.press("Enter")
    expect(field).to_be_focused()
    ann.page.keyboard.type("next door!")
    expect(panel.get_by_text("Use letters A to Z")).to_be_visible()
    ann.page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    field.fill("NEXT")
    expect(panel.get_by_role("option")).to_have_count(1)
    ann.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("option", selected=True)).to_have_text(f"next-door-{width}1 person")
    assert ann.page.evaluate("innerWidth >= document.documentElement.scrollWidth")
    ann.page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(ann.page.locator("#room-title")).to_have_text(f"next-door-{width}")
    bob.until("joined", user="Ann")
    expect(ann.page.get_by_label("Message", exact=True)).to_be_focused()
    expect(ann.page.get_by_label("Message", exact=True)).to_have_value("")

    ann.page.keyboard.press("Control+k")
    recent = panel.get_by_role("group", name="Recent rooms")
    expect(recent.get_by_role("option")).to_have_text([f"home-{width}"])
    recent.get_by_role("option").click()
    expect(ann.page.get_by_label("Message", exact=True)).to_have_value("half a sentence")
    ann.page.keyboard.press("Control+k")
    field.fill(f"brand-new-{width}")
    expect(panel.get_by_text("New room: press Enter to create it.")).to_be_visible()
    ann.page.keyboard.press("Enter")
    expect(ann.page).to_have_url(re.compile(f"room=brand-new-{width}"))
    ann.is_connected()


def test_the_link_to_a_room_is_copied_and_followed(chats: Chats, person: BringPerson) -> None:
    """A button copies the link and confirms this, also if the clipboard API refuses."""
    ann, bob = person("Ann", permissions=["clipboard-read", "clipboard-write"]), person("Bob")
    ann.open(chats.origins["fastapi"], room="copied")
    ann.is_connected()
    ann.page.evaluate(HOLD)
    ann.page.locator("#rooms-open").click()
    panel = ann.page.get_by_role("dialog", name="Rooms")
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    expect(panel.get_by_text("The link is copied")).to_be_visible()
    link = ann.page.evaluate("navigator.clipboard.readText()")
    ann.page.evaluate(LET_GO)
    expect(panel.get_by_role("button", name="Copy link")).to_be_visible()
    ann.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(Error('refused')); }"
    )
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("#rooms-open")).to_be_focused()
    ann.page.get_by_role("button", name="Copy link").click()  # the button in an empty room
    expect(ann.page.get_by_role("button", name="Copied", exact=True)).to_be_visible()

    bob.page.goto(link)
    bob.is_connected()
    expect(bob.page.locator("#people li")).to_have_count(2)


def test_from_message_to_message_by_keyboard(on_stage: OnStage) -> None:
    """Arrows move through the log, each message shows its full date, Escape leads back."""
    ann, server = on_stage()
    for text in ("first", "second"):
        server.say("Bob", text)
        ann.sees(text)
    expect(ann.page.locator("link[href$='message_keys.css']")).to_have_count(1)
    ann.page.locator("#log").focus()
    ann.page.keyboard.press("ArrowUp")
    focused = ann.page.locator(".message:focus")
    expect(focused.locator(".text")).to_have_text("second")
    ann.page.keyboard.press("ArrowUp")
    expect(focused.locator(".text")).to_have_text("first")
    date = focused.locator("time").evaluate("time => getComputedStyle(time, '::after').content")
    assert re.search(r"day.* 20\d\d", date), date
    ann.page.keyboard.press("ArrowDown")
    expect(focused.locator(".text")).to_have_text("second")
    ann.page.keyboard.press("Escape")
    expect(ann.page.get_by_label("Message", exact=True)).to_be_focused()
