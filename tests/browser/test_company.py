"""A new user of the demo finds a room that lives, and one line that says what to try."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from bench.companion.company.texts import NAMES, ROOM
from bench.up.companion_process import CompanionProcess
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.demo import demo
from tests.browser.looks import Look, looks_wrong

BringPerson = Callable[..., Person]

ROOMY = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Chats, CompanionProcess]]:
    with demo(ROOM) as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Longer timeouts: these people come and go one by one."""
    expect.set_options(timeout=RETURN_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.mark.parametrize("backend", ["django-channels", "fastapi"])
def test_the_proposed_room_lives(
    running: tuple[Chats, CompanionProcess], person: BringPerson, backend: str
) -> None:
    chats, _ = running
    ann = person(viewport=ROOMY)
    ann.open(chats.origins[backend])
    ann.page.get_by_role("button", name="Enter the room").click()
    ann.is_connected()
    author = ann.page.locator("#timeline .message .author").first
    expect(author).to_have_text(re.compile("|".join(NAMES)))
    for name in NAMES:
        expect(ann.page.locator("#people li").filter(has_text=name)).to_have_count(1)


def test_the_line_says_what_to_try_until_it_is_closed(
    running: tuple[Chats, CompanionProcess], person: BringPerson
) -> None:
    ann = person("Ann")
    for _ in range(2):
        ann.open(running[0].origins["fastapi"], room="tips")
        ann.is_connected()
        expect(ann.page.locator("#tip")).to_contain_text("Try this: switch the backend above")
    ann.page.get_by_role("button", name="Got it").press("Enter")
    expect(ann.page.locator("#tip")).to_have_count(0)
    expect(ann.page.locator("#draft")).to_be_focused()
    ann.page.reload()
    ann.is_connected()
    expect(ann.page.locator("#company")).to_be_attached()
    expect(ann.page.locator("#tip")).to_have_count(0)


def test_the_switch_is_in_their_room_and_for_everybody(
    running: tuple[Chats, CompanionProcess], person: BringPerson
) -> None:
    chats, _ = running
    ann, eve = person("Ann", viewport=ROOMY), person("Eve", viewport=ROOMY)
    ann.open(chats.origins["fastapi"], room=ROOM)
    eve.open(chats.origins["django-channels"], room=ROOM)
    for somebody in (ann, eve):
        somebody.is_connected()
        expect(somebody.page.locator("#people li")).to_have_count(len(NAMES) + 1)
    switch = ann.page.get_by_label("Synthetic people talk here")
    expect(switch).to_be_checked()
    switch.press("Space")
    for somebody in (ann, eve):
        expect(somebody.page.locator("#people li")).to_have_count(1)
    expect(switch).to_be_focused()
    eve.page.reload()
    eve.is_connected()
    other = eve.page.get_by_label("Synthetic people talk here")
    expect(other).not_to_be_checked()
    other.press("Space")
    for somebody in (ann, eve):
        expect(somebody.page.locator("#people li")).to_have_count(len(NAMES) + 1)
    eve.open(chats.origins["django-channels"], room="elsewhere")
    eve.is_connected()
    expect(eve.page.locator("#tip")).to_be_visible()
    expect(eve.page.locator("#company")).to_be_hidden()


@pytest.mark.parametrize("locale", ["en-GB", "ja-JP"])
def test_it_fits_and_axe_finds_nothing(
    running: tuple[Chats, CompanionProcess], person: BringPerson, locale: str, looks: list[Look]
) -> None:
    ann = person("Ann", locale=locale, reduced_motion="reduce")
    ann.open(running[0].origins["django-channels"], room=ROOM)
    expect(ann.page.locator("#tip")).to_be_visible()
    expect(ann.page.locator("#company")).to_be_attached()
    assert looks_wrong(ann.page, looks) == []
    ann.page.set_viewport_size({"width": 400, "height": 800})
    ann.page.locator("#people-button").click()
    expect(ann.page.locator("#company-on")).to_be_visible()
    assert looks_wrong(ann.page, looks) == []


def test_it_says_when_the_companion_is_gone(person: BringPerson) -> None:
    with demo(ROOM) as (chats, companion):
        ann = person("Ann", viewport=ROOMY)
        ann.open(chats.origins["fastapi"], room=ROOM)
        switch = ann.page.get_by_label("Synthetic people talk here")
        expect(switch).to_be_checked()
        companion.stop()
        switch.press("Space")
        expect(ann.page.locator("#company-note")).to_contain_text("nothing has changed")
        expect(switch).to_be_checked()


def test_without_a_companion_there_is_neither(chats: Chats, person: BringPerson) -> None:
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="no-company")
    ann.is_connected()
    ann.say("hello")
    ann.sees("hello")
    expect(ann.page.locator("#tip, #company")).to_have_count(0)
