"""Reactions: by mouse and by keyboard, live for all, and without a move of what one reads."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from chat_core.protocol_limits import REACTIONS
from tests.browser.conftest import ARMS, Chats, Person
from tests.browser.scripted_server import AT, ScriptedServer
from tests.conformance.room import Member

BringPerson = Callable[..., Person]
OnStage = Callable[..., tuple[Person, ScriptedServer]]
BringMember = Callable[[str, str, str], Member]

TOP = "(node) => node.getBoundingClientRect().top"
LIMITS = {"text": 4000, "image": 8 * 1024**2, "presence": 50, "reactions": REACTIONS}


def test_by_mouse_and_by_keyboard(on_stage: OnStage) -> None:
    """A reaction is pressed at once. Escape leads back to the button, arrows to each emoji."""
    ann, server = on_stage(seq=0, limits=LIMITS)
    page = ann.page
    server.say("Bob", "what do you think", seq=1)
    line = page.locator(".message")
    opener = page.get_by_role("button", name="React", exact=True)
    picker = page.get_by_role("group", name="React")
    line.locator(".bubble").hover()
    opener.click()
    names = [each.get_attribute("aria-label") for each in picker.get_by_role("button").all()]
    assert len(names) == len(REACTIONS)
    assert not set(names) & set(REACTIONS), "each has a name in words"
    expect(picker.get_by_role("button", name="Thumbs up")).to_be_focused()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "End", "ArrowUp"):
        page.keyboard.press(key)
    expect(picker.get_by_role("button").nth(3)).to_be_focused()
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    chip = line.locator(".reaction")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(opener).to_be_focused()
    on = {"type": "react", "id": "react on 1 👍", "seq": 1, "emoji": "👍", "on": True}
    assert server.said[-1] == on
    change = {"seq": 1, "user": "Bob", "emoji": "👍", "on": True}
    server.send("reactions", counts={"👍": 2}, **change)
    expect(chip).to_have_text("👍2")
    expect(chip).to_have_accessible_name("👍 2 people")

    chip.focus()
    page.keyboard.press("Space")
    expect(chip).to_have_attribute("aria-pressed", "false")
    server.send("reactions", counts={"👍": 1, "🎉": 1}, **change | {"emoji": "🎉"})
    expect(chip).to_have_text(["👍1", "🎉1"])
    expect(chip.first).to_be_focused()
    assert server.said[-1] == on | {"id": "react off 1 👍", "on": False}
    server.send("reactions", counts={"🎉": 1}, **change | {"on": False})
    expect(chip).to_have_text(["🎉1"])
    expect(line).to_be_focused()
    server.send("unsaid", seq=1, user="Bob")
    expect(page.locator(".unsaid")).to_have_count(1)
    expect(chip).to_have_count(0)
    expect(opener).to_be_hidden()


def test_a_server_without_them_and_a_change_above_what_one_reads(on_stage: OnStage) -> None:
    """The line that the user reads stays where it is; a reaction to the user's own is told."""
    ann, server = on_stage({"width": 500, "height": 400}, seq=0)
    page = ann.page
    ann.say("mine")
    expect(page.locator(".message[data-status=sent]")).to_have_count(1)
    mine = server.said[-1]["id"]
    server.send("message", seq=1, id=mine, user="Ann", text="mine", at=AT)
    page.locator(".message.own .bubble").hover()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    expect(page.get_by_role("button", name="React", exact=True)).to_be_hidden()
    for seq in range(2, 32):
        server.say("Bob", f"line {seq}", seq=seq)
    read = page.get_by_text("line 20", exact=True)
    read.scroll_into_view_if_needed()
    expect(page.get_by_text("line 31", exact=True)).not_to_be_in_viewport()
    before = read.evaluate(TOP)
    change = {"user": "Bob", "emoji": "👍", "on": True, "counts": {"👍": 1}}
    for seq in (1, 5, 15, 31):
        server.send("reactions", seq=seq, **change)
    expect(page.locator(".reaction")).to_have_count(4)
    assert abs(read.evaluate(TOP) - before) < 1  # browsers scroll by whole pixels
    expect(page.locator("#news")).to_contain_text("Bob reacted to your message: 👍")
    page.locator("#log").press("End")
    expect(page.locator(".reaction").last).to_be_in_viewport()


@pytest.mark.parametrize("backend", ARMS)
def test_in_both_chats_live_and_in_the_history(
    chats: Chats, person: BringPerson, member: BringMember, backend: str
) -> None:
    """Both members count, after a reload too, and one's own reaction can be removed then."""
    ann = person("Ann")
    ann.open(chats.origins[backend], room="reactions")
    ann.is_connected()
    bob = member(chats.origins[backend], "reactions", "Bob")
    ann.say("like it")
    seq = bob.until("message", text="like it")["seq"]
    ann.sees("like it")
    ann.page.locator(".message .bubble").hover()
    ann.page.get_by_role("button", name="React", exact=True).click()
    ann.page.get_by_role("button", name="Thumbs up").click()
    bob.until("reactions", seq=seq, user="Ann", on=True, counts={"👍": 1})
    chip = ann.page.locator(".reaction")
    bob.send({"type": "react", "id": "both", "seq": seq, "emoji": "👍", "on": True})
    expect(chip).to_have_text("👍2")
    ann.page.reload()
    expect(chip).to_have_text("👍2")
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    bob.until("reactions", seq=seq, user="Ann", on=False, counts={"👍": 1})
    expect(chip).to_have_text("👍1")
    expect(chip).to_have_attribute("aria-pressed", "false")
