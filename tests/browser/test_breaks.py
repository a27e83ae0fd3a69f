"""The race breaks a side: the page counts what was replayed and lost, and the time it took."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import RETURN_MS, Person
from tests.browser.looks import Look, looks_wrong
from tests.browser.racing import LEFT, RIGHT, figure, lane, say, start
from tests.companion.stacks_page import Up, up

BringPerson = Callable[..., Person]


FEW = {"members": "2", "crew": "0"}
"""More members of the race would only cost time: the panel has a conversation of four."""


NOTE_WHOLE = """() => {
    window.whole = [];
    for (const each of document.querySelectorAll('[data-figure=whole][data-side]')) {
        const note = () => {
            if (each.querySelector('.value').textContent !== '1') return;
            watch.disconnect();
            window.whole.push(Number(each.dataset.side));
        };
        const watch = new MutationObserver(note);
        watch.observe(each, { subtree: true, childList: true, characterData: true });
    }
}"""
"""Notes the order in which the sides have delivered their first message to all."""


@pytest.fixture(scope="module", params=["off", "sqlite"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Up, str]]:
    folder = tmp_path_factory.mktemp("up")
    with up("--fanout", "redis", history=request.param, folder=folder) as found:
        yield found, request.param


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """A server starts and members come back: this takes its time."""
    expect.set_options(timeout=2 * RETURN_MS)
    yield
    expect.set_options(timeout=5_000)


def side(page: Page, index: int) -> Locator:
    """The panel of a side."""
    return page.locator(f".breaks-side[data-side='{index}']")


def count(page: Page, index: int, name: str) -> Locator:
    """A count of a side."""
    return side(page, index).locator(f"[data-count='{name}']")


def open_breaks(page: Page) -> None:
    """Open the panel, and wait until the conversation runs on both sides."""
    page.locator("#race-breaks > summary").press("Enter")
    for index in (LEFT, RIGHT):
        expect(count(page, index, "here")).to_have_text("4 of 4")
        expect(count(page, index, "live")).to_have_text(re.compile("^[1-9]"))


def readers_leave(page: Page, index: int) -> None:
    """Let three of four members leave this side, and wait until all are back."""
    side(page, index).get_by_role("button", name="Readers leave").click()
    expect(count(page, index, "here")).to_have_text("1 of 4")
    expect(side(page, index).locator(".breaks-outcome")).to_have_text(
        re.compile(r"^Three readers left\. All was well after ")
    )


@pytest.mark.redis
@pytest.mark.parametrize(
    "running",
    # Without a history, the page says and counts the same, but for what was lost: see below.
    [pytest.param("off", marks=pytest.mark.all_arms), "sqlite"],
    indirect=True,
)
def test_what_breaks_comes_back_and_is_counted(
    running: tuple[Up, str], person: BringPerson
) -> None:
    found, history = running
    ann = person("Ann")
    ann.expected.append("status of 503")  # without its Redis, a chat is not healthy
    start(ann, found.origin, "breaks", **FEW)
    page = ann.page
    open_breaks(page)

    side(page, RIGHT).get_by_role("button", name="Kill a process").click()
    outcome = side(page, RIGHT).locator(".breaks-outcome")
    expect(outcome).to_have_text(
        re.compile(r"^A process was killed\. All was well after [\d.]+ s: [\d,]+ replayed, ")
    )
    if history == "sqlite":
        expect(outcome).to_have_text(re.compile(r" 0 lost\.$"))
    expect(side(page, LEFT).locator(".breaks-outcome")).to_be_empty()
    expect(count(page, LEFT, "lost")).to_have_text("0")

    side(page, LEFT).get_by_role("button", name="Freeze").click()
    expect(side(page, LEFT).get_by_role("button", name="Freeze")).to_be_disabled()
    expect(side(page, LEFT).locator(".breaks-outcome")).to_have_text(
        re.compile(r"^The side was frozen\. All was well after [\d.]+ s: [\d,]+ replayed, ")
    )

    readers_leave(page, LEFT)
    if history == "sqlite":
        expect(count(page, LEFT, "lost")).to_have_text("0")
        expect(count(page, LEFT, "replayed")).to_have_text(re.compile("^[1-9]"))

    page.get_by_role("button", name="Restart Redis").click()
    for index in (LEFT, RIGHT):
        expect(side(page, index).locator(".breaks-outcome")).to_have_text(
            re.compile(r"^Redis was restarted\. All was well after [\d.]+ s: ")
        )
        if history == "sqlite":
            expect(count(page, index, "lost")).to_have_text("0")

    page.locator("#race-breaks > summary").press("Enter")
    expect(page.locator(".breaks")).to_have_count(0)


def test_without_a_history_the_missed_messages_are_lost(plain_up: Up, person: BringPerson) -> None:
    ann = person("Ann")
    start(ann, plain_up.origin, "breaks-lost", **FEW)
    open_breaks(ann.page)
    lost = int(count(ann.page, RIGHT, "lost").inner_text())
    readers_leave(ann.page, RIGHT)
    assert int(count(ann.page, RIGHT, "lost").inner_text()) > lost


@pytest.mark.redis
@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_synthetic_members_stop_reading_and_go_on(
    running: tuple[Up, str], person: BringPerson
) -> None:
    ann = person("Ann")
    start(ann, running[0].origin, "breaks-stall", crew="3")
    page = ann.page
    open_breaks(page)
    for index in (LEFT, RIGHT):
        expect(lane(page, index)).to_contain_text("3 of 3 synthetic")
    page.evaluate(NOTE_WHOLE)
    page.get_by_role("button", name="Stall readers on FastAPI").click()
    say(page, "to those who read, and to those who do not")
    for index in (LEFT, RIGHT):
        expect(figure(page, "whole", index)).to_have_text("1")
    assert page.evaluate("window.whole") == [LEFT, RIGHT]
    expect(figure(page, "lost", RIGHT)).to_have_text("0")


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.redis
@pytest.mark.parametrize("running", ["sqlite"], indirect=True)
def test_it_fits(
    running: tuple[Up, str], person: BringPerson, locale: str, looks: list[Look]
) -> None:
    ann = person("Ann", locale=locale, reduced_motion="reduce")
    start(ann, running[0].origin, "breaks-fits", **FEW)
    page = ann.page
    page.locator("#race-breaks > summary").press("Enter")
    for index in (LEFT, RIGHT):
        expect(count(page, index, "live")).to_have_text(re.compile("^[1-9]"))
    side(page, LEFT).locator("button").first.click()
    expect(side(page, LEFT).locator(".breaks-outcome")).not_to_be_empty()
    assert looks_wrong(page, looks, height=900) == []
