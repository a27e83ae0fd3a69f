"""From a frame, or from the race, to the lines of both chats."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.up.companion_process import CompanionProcess
from tests.browser.conftest import Chats, Person
from tests.browser.demo import demo
from tests.browser.inspector import inspecting, rows
from tests.browser.looks import Look, looks_wrong
from tests.browser.racing import is_complete

BringPerson = Callable[..., Person]

PLACE = re.compile(r"^(django|fastapi)_chat/\w+(/\w+)*\.py:\d+–\d+ ")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Chats, CompanionProcess]]:
    with demo() as started:
        yield started


def panel(page: Page) -> Locator:
    """The panel with the code."""
    return page.get_by_role("dialog", name="The code of both chats")


def essence(page: Page) -> Locator:
    """The places of the lines that it shows at first."""
    return panel(page).locator("section > figure figcaption")


@pytest.mark.parametrize("backend", ["django-channels", "fastapi"])
def test_a_frame_leads_to_the_lines_that_handle_it(
    running: tuple[Chats, CompanionProcess], person: BringPerson, backend: str
) -> None:
    """By the keyboard, and back to where one was; the panel also goes to the other features."""
    chats, companion = running
    ann = inspecting(person, chats.origins[backend], f"code-{backend}")
    page = ann.page
    rows(page, "[data-what=open]").click()
    button = page.get_by_role("button", name="Show the code: Connect and enter the room")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_visible()
    expect(panel(page).get_by_role("heading", level=3)).to_have_text(["Django Channels", "FastAPI"])
    expect(essence(page).first).to_have_text(PLACE)
    assert all(PLACE.match(each) for each in essence(page).all_inner_texts())
    first = panel(page).locator("pre code").first
    assert (first.get_attribute("data-line") or "").isdecimal()
    link = panel(page).get_by_role("link", name="Documentation page")
    expect(link).to_have_attribute("href", f"{companion.origin}/docs/side-by-side/connect")

    expect(page.locator("#code-feature")).to_be_focused()
    page.locator("#code-feature").select_option(label="Store and acknowledge")
    expect(link).to_have_attribute("href", f"{companion.origin}/docs/side-by-side/persist")
    more = panel(page).get_by_text("All of it").first
    more.click()
    expect(panel(page).locator("details figure").filter(has_text="commit").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(button).to_be_focused()


def test_a_close_and_a_frame_of_the_user_lead_to_their_features(
    running: tuple[Chats, CompanionProcess], person: BringPerson
) -> None:
    ann = inspecting(person, running[0].origins["fastapi"], "closes")
    page = ann.page
    ann.say("hello")
    for row, feature in (
        ("[data-type=say]", "Receive a frame"),
        ("[data-type=message]", "Deliver to the members"),
        ("[data-type=ack]", "Store and acknowledge"),
        ("[data-what=open]", "Connect and enter the room"),
    ):
        rows(page, row).click()
        expect(page.locator("#inspector .to-code")).to_have_text(f"Show the code: {feature}")
    page.locator("#inspector [data-part=drop]").click()
    rows(page, "[data-what=closed]").click()
    expect(page.locator("#inspector .to-code")).to_have_text("Show the code: Leave and disconnect")


@pytest.mark.parametrize(
    ("locale", "show"), [("en-GB", "Show the code"), ("ja-JP", "コードを表示")]
)
def test_the_race_leads_to_the_code_which_fits_and_axe_finds_nothing(
    running: tuple[Chats, CompanionProcess],
    person: BringPerson,
    locale: str,
    show: str,
    looks: list[Look],
) -> None:
    ann = person("Ann", locale=locale, reduced_motion="reduce")
    ann.open(running[0].origins["fastapi"], view="race", room="code-race", members="2", crew="0")
    is_complete(ann.page, members=2)
    ann.page.get_by_role("button", name=show).click()
    expect(ann.page.locator("#code figure")).not_to_have_count(0)
    expect(ann.page.locator("#code-feature")).to_have_value("deliver")
    assert looks_wrong(ann.page, looks) == []


def test_without_a_companion_it_says_how_to_start_one(chats: Chats, person: BringPerson) -> None:
    ann = inspecting(person, chats.origins["fastapi"], "no-companion")
    rows(ann.page, "[data-what=open]").click()
    ann.page.get_by_role("button", name="Show the code").click()
    expect(panel(ann.page)).to_contain_text("Start the chats with “chatbench up”")
    expect(panel(ann.page).get_by_role("link")).to_be_hidden()
    panel(ann.page).get_by_role("button", name="Close").click()
    expect(ann.page.get_by_role("button", name="Show the code")).to_be_focused()
