"""The race: both chats get each message, and the page counts the results correctly."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.up.companion_process import CompanionProcess
from tests.browser.axe import found_by_axe
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.faulty_server import FaultyServer
from tests.browser.layout import cut_off
from tests.browser.looks import Theme
from tests.browser.racing import (
    LEFT,
    RIGHT,
    figure,
    is_complete,
    lane,
    open_settings,
    saved,
    say,
    start,
)

BringPerson = Callable[..., Person]


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Longer timeouts: the page measures the speed, and the tests do not check it."""
    expect.set_options(timeout=RETURN_MS)
    yield
    expect.set_options(timeout=5_000)


def test_both_chats_race_a_message(chats: Chats, person: BringPerson, tmp_path: Path) -> None:
    """Every member gets the message; load, pause, export and reset work."""
    ann = person("Ann")
    start(ann, chats.origins["fastapi"], "race-both")
    page = ann.page
    say(page, '=1+"1"')
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text("1")
        expect(figure(page, "delivery", side)).to_have_text(re.compile(r"^[\d.]+ ms$"))
        expect(figure(page, "deliveryP99", side)).to_have_text("–")
        line = lane(page, side).locator("li").first
        expect(line).to_contain_text(re.compile(r"[\d.]+ … [\d.]+ ms$"))
        expect(lane(page, side).locator("[data-is=has]")).to_have_count(5)

    page.get_by_label("Rate").fill("8")
    page.get_by_label("Pictures").select_option("2")
    page.get_by_role("button", name="Start the load").click()
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text(re.compile(r"^\d\d"))
        expect(figure(page, "lost", side)).to_have_text("0")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Start the load")).to_be_visible()
    expect(page.locator("[data-fate=flying]")).to_have_count(0)

    before = saved(page, tmp_path)
    say(page, "after the pause")
    expect(page.get_by_text("after the pause")).to_have_count(2)
    expect(page.locator("[data-fate=flying]")).to_have_count(0)
    rows = saved(page, tmp_path)
    assert len(rows) == len(before) + 2
    assert [(row["side"], row["text"]) for row in rows[:2]] == [
        ("django-channels", '\'=1+"1"'),
        ("fastapi", '\'=1+"1"'),
    ]
    for row in rows:
        assert (row["fate"], row["members"], row["had"], row["lost"]) == ("whole", "5", "5", "0")
        assert 0 <= float(row["first_ms"]) <= float(row["round_trip_ms"]) <= float(row["last_ms"])
    assert {row["kind"] for row in rows} == {"text", "image"}
    for kind in ("text", "image"):
        first = [row["side"] for row in rows if row["written"] == "1" and row["kind"] == kind]
        turns = range(len(first))
        assert first == [("django-channels", "fastapi")[each % 2] for each in turns]

    page.get_by_role("button", name="Reset").click()
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text("0")
    assert saved(page, tmp_path) == []


def test_from_the_chat_to_the_race_and_back(chats: Chats, person: BringPerson) -> None:
    """The race has a room of its own, so its messages and members do not come into the chat."""
    ann = person("Ann")
    ann.open(chats.origins["fastapi"], room="race-way")
    ann.is_connected()
    bob = person("Bob")
    bob.open(chats.origins["fastapi"], room="race-way")
    bob.is_connected()
    ann.page.locator("#race-open").click()
    heading = ann.page.get_by_role("heading", name="The race #race-way-race")
    expect(heading).to_be_visible()
    ann.page.go_back()
    ann.is_connected()
    ann.page.locator("#race-open").click()
    expect(heading).to_be_focused()
    expect(ann.page).to_have_url(re.compile("view=race"))
    expect(ann.page).to_have_title(re.compile("The race"))
    open_settings(ann.page)
    ann.page.get_by_label("Members per side").fill("2")
    is_complete(ann.page, members=2)
    expect(lane(ann.page, LEFT)).to_contain_text("2 of 2 members connected")
    say(ann.page, "said in the race")
    expect(figure(ann.page, "whole", RIGHT)).to_have_text("1")
    ann.page.get_by_role("button", name="Back to the chat").click()
    ann.is_connected()
    expect(ann.page.locator("#race")).to_be_hidden()
    for somebody in (ann, bob):
        somebody.say("said in the chat")
    for somebody in (ann, bob):
        expect(somebody.page.locator("#timeline .text")).to_have_text(["said in the chat"] * 2)
        expect(somebody.page.locator("#people li")).to_have_count(2)
    expect(bob.page.locator("#timeline")).not_to_contain_text("Ann 2")


def test_a_link_carries_the_settings(chats: Chats, person: BringPerson) -> None:
    """What one sets is in the address; a language, a reload and another user have it, too."""
    ann = person("Ann")
    ann.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ann.open(
        chats.origins["fastapi"], view="race", room="race-link", rate="3", members="2", crew="x"
    )
    page = ann.page
    is_complete(page, members=2)
    open_settings(page)
    expect(page.get_by_label("Rate")).to_have_value("3")
    expect(page.get_by_label("Synthetic per side")).to_have_value("0")
    page.get_by_label("Pictures", exact=True).select_option("2")
    page.get_by_label("Picture size").select_option("200")
    expect(page).to_have_url(re.compile(r"&rate=3&members=2&pictureEvery=2&pictureKb=200$"))
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    bob = person("Bob")
    bob.page.goto(link)
    is_complete(bob.page, members=2)
    open_settings(bob.page)
    expect(bob.page.get_by_label("Rate")).to_have_value("3")
    expect(bob.page.get_by_label("Picture size")).to_have_value("200")
    expect(bob.page.get_by_role("button", name="Start the load")).to_be_visible()
    bob.page.get_by_role("button", name="Back to the chat").click()
    bob.is_connected()
    assert "rate" not in bob.page.url


def test_what_a_faulty_backend_does_is_counted(
    one_faulty: tuple[str, FaultyServer], person: BringPerson, tmp_path: Path
) -> None:
    """The page counts each loss, duplicate, refusal and reconnect; the other side has none."""
    origin, faulty = one_faulty
    faulty.losing = frozenset({"Ann 4", "Ann 5"})
    ann = person("Ann")
    start(ann, origin, "faulty")
    for text in ("one", "twice", "a lost one", "four", "refuse me", "five", "a lost one"):
        say(ann.page, text)
    lost = lane(ann.page, RIGHT).locator("[data-fate=lost]")
    expect(lost).to_have_count(2)
    expect(lost.first).to_contain_text("lost at 2")
    say(ann.page, "put one out")
    expect(figure(ann.page, "reconnects", RIGHT)).to_have_text("1")
    is_complete(ann.page)
    say(ann.page, "and on")
    expect(figure(ann.page, "whole", LEFT)).to_have_text("9")
    expect(ann.page.locator("[data-fate=flying]")).to_have_count(0)
    expected = {"lost": "4", "duplicates": "5", "refused": "1", "reconnects": "1"}
    for name, count in expected.items():
        expect(figure(ann.page, name, RIGHT)).to_have_text(count)
        expect(figure(ann.page, name, LEFT)).to_have_text("0")
    right = [row for row in saved(ann.page, tmp_path) if row["side"] == "fastapi"]
    assert [int(row["lost"]) for row in right] == [0, 0, 2, 0, 0, 0, 2, 0, 0]
    assert [row["error"] for row in right if row["fate"] == "refused"] == ["rate_limited"]
    assert [row["duplicates"] for row in right if row["duplicates"] != "0"] == ["5"]


def test_a_side_that_refuses_says_so_and_the_other_goes_on(
    one_faulty: tuple[str, FaultyServer], person: BringPerson
) -> None:
    """The side explains the refusal and can try again; messages meanwhile are no loss."""
    origin, faulty = one_faulty
    faulty.losing = frozenset()
    faulty.refuses = (4401, "this name is reserved")
    ann = person("Ann")
    ann.open(origin, view="race", room="refused")
    expect(lane(ann.page, RIGHT)).to_contain_text("take another name. (this name is reserved)")
    is_complete(ann.page, LEFT)
    say(ann.page, "alone")
    expect(figure(ann.page, "whole", LEFT)).to_have_text("1")
    expect(figure(ann.page, "unsent", RIGHT)).to_have_text("1")
    faulty.refuses = None
    lane(ann.page, RIGHT).get_by_role("button", name="Try now").click()
    is_complete(ann.page)
    say(ann.page, "both again")
    expect(figure(ann.page, "whole", RIGHT)).to_have_text("1")
    expect(figure(ann.page, "lost", RIGHT)).to_have_text("0")


def test_the_result_in_words(one_faulty: tuple[str, FaultyServer], person: BringPerson) -> None:
    """It names the faster side with an interval and a count, and goes with the reset."""
    origin, faulty = one_faulty
    ann = person("Ann")
    start(ann, origin, "race-result", members="2")
    page = ann.page
    result = page.locator("#race-result")
    expect(result).to_be_hidden()
    with faulty.slow(0.2):
        page.get_by_label("Rate").fill("15")
        page.get_by_role("button", name="Start the load").click()
        expect(result).to_contain_text("The result needs 100 messages that both sides delivered")
        expect(result).to_contain_text(
            re.compile(
                r"Django Channels delivered \d[\d.]* × faster "
                r"\(median, n = \d+, 95 % \d[\d.]*–\d[\d.]*\)\."
            )
        )
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("[data-fate=flying]")).to_have_count(0)
    page.get_by_role("button", name="Reset").click()
    expect(result).to_be_hidden()


def test_a_hidden_tab_rests(chats: Chats, person: BringPerson) -> None:
    """The load pauses, and the tab's title says so meanwhile, the page afterwards."""
    ann = person("Ann")
    start(ann, chats.origins["fastapi"], "race-hidden", members="2")
    ann.page.get_by_role("button", name="Start the load").click()
    expect(figure(ann.page, "whole", LEFT)).not_to_have_text("0")
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    ann.page.evaluate(hide, True)
    expect(ann.page).to_have_title(re.compile("Paused while hidden"))
    expect(ann.page.locator("[data-fate=flying]")).to_have_count(0)
    rested = int(figure(ann.page, "whole", LEFT).inner_text())
    for each in range(1, 6):
        say(ann.page, f"by hand {each}")
        expect(figure(ann.page, "whole", LEFT)).to_have_text(f"{rested + each}")
    ann.page.evaluate(hide, False)
    expect(ann.page.get_by_text("paused while this tab was hidden")).to_be_visible()
    expect(figure(ann.page, "whole", LEFT)).not_to_have_text(f"{rested + 5}")


BLOCK = """() => { window.blocker = setInterval(() => {
    const end = performance.now() + 150;
    while (performance.now() < end);
}, 160); }"""
"""Keeps the page busy nearly all the time."""


def test_a_page_that_is_the_limit_says_so(chats: Chats, person: BringPerson) -> None:
    """While the timers of the page are late, its figures are grey, until the reset."""
    ann = person("Ann")
    start(ann, chats.origins["fastapi"], "race-limit", members="2")
    page = ann.page
    limit, board = page.locator("#race-limit"), page.locator(".board")
    colour = "node => getComputedStyle(node).color"
    page.get_by_role("button", name="Start the load").click()
    expect(figure(page, "whole", LEFT)).not_to_have_text("0")
    before = figure(page, "delivery", LEFT).evaluate(colour)
    page.evaluate(BLOCK)
    expect(limit).to_have_text(re.compile(r"This page is the limit: its timers came \d+ ms late"))
    page.evaluate("clearInterval(window.blocker)")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-fate=flying]")).to_have_count(0)
    expect(limit).not_to_be_empty()
    expect(board).to_have_attribute("data-limited", "true")
    assert figure(page, "delivery", LEFT).evaluate(colour) != before
    page.get_by_role("button", name="Reset").click()
    expect(limit).to_be_empty()
    expect(board).to_have_attribute("data-limited", "false")


def test_late_is_not_lost(one_faulty: tuple[str, FaultyServer], person: BringPerson) -> None:
    """A message that is held back for more than 5 s is late; both sides lose nothing."""
    origin, faulty = one_faulty
    faulty.losing = frozenset()
    ann = person("Ann")
    start(ann, origin, "race-late")
    page = ann.page
    say(page, "hold this")
    expect(lane(page, RIGHT).locator("[data-fate=lost]")).to_have_count(1)
    say(page, "one")
    say(page, "let go")
    expect(figure(page, "whole", RIGHT)).to_have_text("3")
    expect(figure(page, "late", RIGHT)).to_have_text("5")
    expect(figure(page, "lost", RIGHT)).to_have_text("0")
    ticks = lane(page, RIGHT).locator(".axis").first
    expect(ticks).to_contain_text(re.compile(r"\d0 s"))


LARGE_FIGURES = """() => document.querySelectorAll('.board .value').forEach((each) => {
    each.textContent = '12,345.6 ミリ秒';
})"""
"""Figures that a slow machine may show."""


@pytest.mark.parametrize(
    ("locale", "looks"),
    [
        ("en-GB", [(320, "dark"), (1024, "light"), (1440, "light"), (1600, "light")]),
        ("ja-JP", [(320, "light"), (1100, "dark")]),
    ],
    ids=["en-GB", "ja-JP"],
)
def test_it_fits(
    chats: Chats, person: BringPerson, locale: str, looks: list[tuple[int, Theme]]
) -> None:
    """The sides are side by side if the page is wide, else stacked; axe finds no violation."""
    ann = person("Ann", locale=locale, reduced_motion="reduce")
    start(ann, chats.origins["fastapi"], "race-fits")
    page = ann.page
    page.locator(".race-how summary").press("Enter")
    page.locator("#race-pictureEvery").select_option("1")
    page.locator("#race-draft").fill("W" * 200)
    page.keyboard.press("Enter")
    expect(figure(page, "whole", RIGHT)).to_have_text("1")
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        open_settings(page)
        assert cut_off(page) == [], width
    page.evaluate(LARGE_FIGURES)
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        assert cut_off(page) == [], width
        for badge in page.locator(".race-badge").all():
            expect(badge).not_to_be_empty()
            assert badge.evaluate("badge => badge.scrollWidth <= badge.clientWidth"), width
        assert found_by_axe(page) == [], width
        _sides_are_placed(page, width)


def _sides_are_placed(page: Page, width: int) -> None:
    left, right = (lane(page, side).bounding_box() for side in (LEFT, RIGHT))
    assert left is not None
    assert right is not None
    if width < 768:
        assert left["x"] == right["x"]
        assert left["y"] + left["height"] <= right["y"]
    else:
        assert left["x"] + left["width"] <= right["x"]
        assert left["y"] == right["y"]


def test_synthetic_members_of_the_companion(person: BringPerson, tmp_path: Path) -> None:
    """They join both sides, count like other members, and leave again."""
    with CompanionProcess() as companion, Chats(CHAT_COMPANION=companion.origin) as chats:
        companion.start(chats.origins, chats.origins.values())
        companion.wait_until_healthy()
        ann = person("Ann")
        start(ann, chats.origins["django-channels"], "race-crew")
        page = ann.page
        for side in (LEFT, RIGHT):
            expect(lane(page, side)).to_contain_text("50 of 50 synthetic")
        expect(page).not_to_have_url(re.compile("crew="))
        expect(page.locator("#race-companion")).to_contain_text(re.compile(r"± [\d.]+ ms"))
        link = page.get_by_role("link", name="the comparison")
        expect(link).to_have_attribute("href", f"{companion.origin}/docs/comparison")
        field = page.get_by_label("Synthetic per side")
        field.fill("7")
        field.press("Tab")
        for side in (LEFT, RIGHT):
            expect(lane(page, side)).to_contain_text("7 of 7 synthetic")
        say(page, "to twelve")
        for side in (LEFT, RIGHT):
            expect(figure(page, "whole", side)).to_have_text("1")
            expect(page.locator(f"[data-figure=lost][data-side='{side}'] small")).to_have_text(
                "of 12"
            )
        rows = saved(page, tmp_path)
        assert [(row["synthetic_members"], row["synthetic_had"]) for row in rows] == [
            ("7", "7")
        ] * 2
        for row in rows:
            give = float(row["clock_uncertainty_ms"])
            assert -give <= float(row["synthetic_first_ms"]) <= float(row["last_ms"])
        companion.stop()
        expect(page.locator("#race-companion")).to_contain_text("does not answer")
        expect(lane(page, LEFT)).to_contain_text("0 of 7 synthetic")
        say(page, "to five")
        expect(figure(page, "whole", LEFT)).to_have_text("2")
