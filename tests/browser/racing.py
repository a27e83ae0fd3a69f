"""Actions on the race's page, for its tests."""

import csv
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Person

LEFT, RIGHT = 0, 1


def figure(page: Page, name: str, side: int) -> Locator:
    """A figure of the board."""
    return page.locator(f"[data-figure='{name}'][data-side='{side}'] .value")


def lane(page: Page, side: int) -> Locator:
    """The lane of a side."""
    return page.locator(f".race-lane[data-side='{side}']")


def is_complete(page: Page, *sides: int, members: int = 5) -> None:
    """Wait until all members of these sides are connected."""
    for side in sides or (LEFT, RIGHT):
        there = lane(page, side).locator(".race-dots :is([data-is=here], [data-is=has])")
        expect(there).to_have_count(members)


def open_settings(page: Page) -> None:
    """Open the settings by keyboard if a small window hides them."""
    if page.locator(".race-load details:not([open])").count() == 1:
        page.locator(".race-load summary").press("Enter")


def start(person: Person, origin: str, room: str, **settings: str) -> None:
    """Open the race by a link, wait for all members, and open the settings."""
    person.open(origin, view="race", room=room, **settings)
    is_complete(person.page, members=int(settings.get("members", "5")))
    open_settings(person.page)


def say(page: Page, text: str) -> None:
    """Send a message to both sides."""
    field = page.get_by_label("Say something to both")
    field.fill(text)
    field.press("Enter")
    expect(field).to_have_value("")


def saved(page: Page, folder: Path) -> list[dict[str, str]]:
    """The rows of the CSV file that the page exports."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    path = folder / "race.csv"
    download.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
