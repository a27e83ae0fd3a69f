"""Pictures of Locust's web UI for docs/locust.md: `python -m bench.experiments.locust_pictures`.

Both chats start as `chatbench locust` starts them, and a small test runs for some seconds.
"""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from bench.errors import BenchError
from bench.experiments.client_page.chromium import chromium
from bench.experiments.client_page.pictures import keep
from bench.stack.ports import free_port

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "locust"
_START_S: Final = 90.0
_PATIENCE_MS: Final = 60_000
_RUN_MS: Final = 40_000
"""Long enough for lines in the charts."""
_FIELDS: Final = {"userCount": "60", "spawnRate": "60", "roomSize": "20", "rate": "2"}


@contextmanager
def _locust() -> Iterator[str]:
    """The address of a running UI."""
    port = free_port()
    command = [sys.executable, "-m", "bench.cli", "locust", "--web-port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            address = f"http://localhost:{port}"
            _wait_for(address)
            yield address
        finally:
            started.terminate()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise BenchError(f"Locust did not answer within {_START_S:g} s.")


def _fill_in(page: Page, *, arm: int) -> None:
    page.locator("select[name=arm]").select_option(index=arm)
    for name, value in _FIELDS.items():
        page.locator(f"input[name={name}]").fill(value)


def _open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()


def _take(page: Page, name: str) -> None:
    """In both themes: the last button of the page's head changes the theme."""
    for theme in ("light", "dark"):
        keep(FOLDER / f"{name}-{theme}.png", page.screenshot(full_page=True))
        print(f"{name}-{theme}.png")
        page.locator("header button").last.click()


def _start_pair(page: Page) -> None:
    """A second test, with both chats in turns."""
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="New").click()
    _fill_in(page, arm=0)
    page.locator("select[name=against]").select_option(index=2)
    page.get_by_role("button", name="Start").click()


def main() -> None:
    """Write all pictures."""
    with _locust() as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(_PATIENCE_MS)
        page.goto(address)
        expect(page.locator("select[name=arm]")).to_be_attached()
        _fill_in(page, arm=1)
        _take(page, "form")
        page.get_by_role("button", name="Start").click()
        _open_tab(page, "Live")
        page.wait_for_timeout(_RUN_MS)
        _take(page, "live")
        _open_tab(page, "Deliveries")
        _take(page, "deliveries")
        _start_pair(page)
        _open_tab(page, "Live")
        page.wait_for_timeout(_RUN_MS)
        _take(page, "pair")


if __name__ == "__main__":
    main()
