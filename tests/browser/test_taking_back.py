"""A message that is taken back: by mouse, by touch and by keyboard, a text and a photo."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import ARMS, Chats, Person
from tests.browser.scripted_server import AT, ScriptedServer
from tests.browser.test_nothing_missing import picture
from tests.conformance.room import Member

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]
BringMember = Callable[[str, str, str], Member]

OWN_WORDS = "You took this message back."


def said(somebody: Person, server: ScriptedServer, *texts: str) -> list[Locator]:
    """The user's messages, kept by the server under the numbers from 1."""
    lines = []
    for seq, text in enumerate(texts, 1):
        somebody.say(text)
        line = somebody.page.locator(".message.own").filter(has_text=text)
        expect(line).to_have_attribute("data-status", "sent")
        frame = server.said[-1]
        server.send("message", seq=seq, id=frame["id"], user="Ann", text=text, at=AT)
        expect(line.and_(somebody.page.locator(":not([data-status])"))).to_have_count(1)
        lines.append(line)
    return lines


def test_by_mouse_and_by_keyboard(on_stage: OnStage) -> None:
    """The page asks first. The focus stays at the message, and everybody hears of it."""
    ann, server = on_stage(seq=0)
    page = ann.page
    first, second = said(ann, server, "alpha", "omega")
    server.say("Bob", "not mine", seq=3)
    button = page.get_by_role("button", name="Take back")
    dialog = page.get_by_role("dialog", name="Take this message back?")

    first.hover()
    expect(button).to_be_visible()
    page.locator(".bubble").filter(has_text="not mine").hover()
    expect(button).to_be_hidden()
    first.hover()
    button.click()
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="Take back").click()
    expect(first).to_be_focused()
    assert server.said[-1] == {"type": "unsay", "id": "unsay 1", "seq": 1}
    server.send("unsaid", seq=1, user="Ann")
    gone = page.locator(".message.own .unsaid")
    expect(gone).to_contain_text(OWN_WORDS)
    expect(page.locator("#news")).to_contain_text(OWN_WORDS)
    expect(page.get_by_text("alpha")).to_have_count(0)
    expect(page.locator(".message.own").first).to_be_focused()

    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    server.send("error", code="invalid_field", detail="no", id="unsay 2")
    expect(page.locator(".notice.unsay")).to_contain_text("Not taken back")
    server.send("unsaid", seq=3, user="Bob")
    expect(page.get_by_text("Bob took this message back.").first).to_be_visible()


def test_a_photo_goes_with_its_bytes_and_out_of_the_viewer(on_stage: OnStage) -> None:
    ann, server = on_stage(seq=0)
    page = ann.page
    page.evaluate(
        "() => { window.revoked = []; const revoke = URL.revokeObjectURL;"
        "URL.revokeObjectURL = (url) => { revoked.push(url); revoke.call(URL, url); }; }"
    )
    server.show("Bob", "view.png", picture("view.png").data, seq=1)
    server.show("Bob", "other.png", picture("other.png", 50).data, seq=2)
    ann.shows("view.png")
    source = page.locator(".photo img").first.get_attribute("src")
    page.locator(".photo").first.click()
    expect(page.locator("#viewer")).to_be_visible()
    server.send("unsaid", seq=2, user="Bob")
    expect(page.locator(".unsaid")).to_have_count(1)
    expect(page.locator("#viewer")).to_be_visible()
    server.send("unsaid", seq=1, user="Bob")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.locator(".photo")).to_have_count(0)
    assert source in page.evaluate("revoked")


def test_by_touch_and_before_it_is_sent(chats: Chats, person: BringPerson) -> None:
    """A tap shows the tools. A message that waits for the connection is only dropped here."""
    ann = person("Ann", has_touch=True, is_mobile=True, viewport={"width": 360, "height": 700})
    page = ann.page
    server = ScriptedServer(page, seq=0)
    ann.open(chats.origins["fastapi"], room="stage")
    ann.is_connected()
    (line,) = said(ann, server, "a tap")
    line.locator(".text").tap()
    page.get_by_role("button", name="Take back").tap()
    page.get_by_role("dialog").get_by_role("button", name="Take back").tap()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert server.said[-1]["type"] == "unsay"
    server.away = True
    server.close(1012)
    ann.say("never sent")
    page.get_by_text("never sent").tap()
    page.get_by_role("button", name="Do not send").tap()
    expect(page.locator(".message")).to_have_count(1)


@pytest.mark.parametrize("backend", ARMS)
def test_in_both_chats_live_and_in_the_history(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """Nobody gets the text or the photo any more."""
    ann, bob = person("Ann"), person("Bob")
    ann.open(chats.origins[backend], room="taken-back")
    ann.is_connected()
    cid = member(chats.origins[backend], "taken-back", "Cid")
    ann.say("never mind")
    ann.sees("never mind")
    ann.page.locator("#files").set_input_files([picture("view.png").payload()])
    ann.page.get_by_role("button", name="Send", exact=True).click()
    ann.shows("view.png")
    for taken in (1, 2):
        ann.page.locator(".message:has(.bubble:not(.unsaid))").last.focus()
        ann.page.get_by_role("button", name="Take back").click()
        ann.page.get_by_role("dialog").get_by_role("button", name="Take back").click()
        expect(ann.page.locator(".unsaid").get_by_text(OWN_WORDS)).to_have_count(taken)
    said = {each["seq"] for each in cid.messages(2)}
    assert {cid.until("unsaid", user="Ann")["seq"] for _ in range(2)} == said
    bob.open(chats.origins[backend], room="taken-back")  # from the history
    expect(bob.page.locator(".unsaid")).to_have_text([re.compile("Ann took")] * 2)
    expect(bob.page.locator(".photo")).to_have_count(0)
