"""The race's controls of servers: other arms run on a side, and the page says what happens."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.up.companion_process import CompanionProcess
from tests.browser.conftest import RETURN_MS, Chats, Person
from tests.browser.looks import Look, looks_wrong
from tests.browser.racing import LEFT, RIGHT, figure, is_complete, lane, say, start
from tests.companion.stacks_page import Up

BringPerson = Callable[..., Person]

FEW = {"members": "2", "crew": "0"}
"""More members of the race would only cost time."""


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """A server starts and members come back: this takes its time."""
    expect.set_options(timeout=2 * RETURN_MS)
    yield
    expect.set_options(timeout=5_000)


def open_stacks(page: Page) -> None:
    """Open the controls by keyboard."""
    page.locator("#race-stacks > summary").press("Enter")


def controls(page: Page, side: int) -> Locator:
    """The controls of a side."""
    return page.locator(f".stacks-side[data-side='{side}']")


def values(page: Page, side: int, part: str) -> list[str]:
    """What a field offers."""
    found: list[str] = (
        controls(page, side)
        .get_by_label(part)
        .evaluate("select => [...select.options].map(({ value }) => value)")
    )
    return found


def test_another_server_runs_on_one_side(plain_up: Up, person: BringPerson) -> None:
    ann = person("Ann")
    start(ann, plain_up.url("fastapi").replace("127.0.0.1", "localhost"), "stacks-one", **FEW)
    page = ann.page
    for side in (LEFT, RIGHT):
        expect(lane(page, side).locator(".race-badge")).to_have_text(
            re.compile("^uvicorn · memory")
        )
    say(page, "before the change")
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text("1")

    open_stacks(page)
    left = controls(page, LEFT)
    expect(left.get_by_label("Server")).to_have_value("uvicorn")
    expect(left.get_by_role("button", name="Run this")).to_be_disabled()
    assert values(page, LEFT, "Fan-out") == ["memory", "redis", "pubsub"]
    assert values(page, LEFT, "Variant") == ["standard", "tutorial", "tuned"]
    assert "pubsub" not in values(page, RIGHT, "Fan-out")
    left.get_by_label("Server").select_option("granian")
    assert values(page, LEFT, "Fan-out") == ["memory", "redis"]
    assert values(page, LEFT, "Variant") == ["standard"]
    left.get_by_label("Server").select_option("daphne")
    left.get_by_label("Variant").select_option("tutorial")
    left.get_by_role("button", name="Run this").click()

    expect(page.locator("#race-change")).to_have_text(
        re.compile("^Django Channels: channels-uvicorn-memory is stopping|-tutorial is starting")
    )
    expect(controls(page, RIGHT).get_by_label("Server")).to_be_disabled()
    expect(page.locator("#race-change")).to_have_text(
        "Django Channels: channels-daphne-memory-tutorial runs now. The counts began again."
    )
    expect(lane(page, LEFT).locator(".race-badge")).to_have_text(re.compile("^daphne · memory"))
    expect(lane(page, RIGHT).locator(".race-badge")).to_have_text(re.compile("^uvicorn · memory"))
    expect(left.get_by_role("button", name="Run this")).to_be_disabled()
    expect(left.get_by_label("Server")).to_be_enabled()
    is_complete(page, members=2)
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text("0")
    say(page, "after the change")
    for side in (LEFT, RIGHT):
        expect(figure(page, "whole", side)).to_have_text("1")


def test_without_the_companion_the_page_says_what_is_needed(
    chats: Chats, person: BringPerson
) -> None:
    ann = person("Ann")
    start(ann, chats.origins["fastapi"], "stacks-none", **FEW)
    open_stacks(ann.page)
    expect(ann.page.locator("#race-stacks .hint")).to_contain_text("This needs the companion")
    expect(ann.page.locator(".stacks-side")).to_have_count(0)


def test_a_companion_alone_offers_no_controls(person: BringPerson) -> None:
    with CompanionProcess() as companion, Chats(CHAT_COMPANION=companion.origin) as chats:
        companion.start(chats.origins, chats.origins.values())
        companion.wait_until_healthy()
        ann = person("Ann")
        start(ann, chats.origins["fastapi"], "stacks-alone", **FEW)
        open_stacks(ann.page)
        hint = ann.page.locator("#race-stacks .hint")
        expect(hint).to_contain_text("was not started by “chatbench up”")
        expect(ann.page.locator(".stacks-sides")).to_be_hidden()
        companion.stop()
        expect(hint).to_contain_text("does not answer")


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_it_fits(plain_up: Up, person: BringPerson, locale: str, looks: list[Look]) -> None:
    ann = person("Ann", locale=locale, reduced_motion="reduce")
    start(ann, plain_up.origin, "stacks-fits", **FEW)
    open_stacks(ann.page)
    expect(ann.page.locator(".stacks-side")).to_have_count(2)
    expect(ann.page.locator(".stacks-side").first).to_be_visible()
    assert looks_wrong(ann.page, looks, height=900) == []
