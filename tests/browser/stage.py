"""A page of the client that several tests use one after the other, each in a room of its own.

A load of the page costs about a second of CPU, and another room in a loaded page next to nothing.
This is for tests that speak to the page through a scripted server and leave the page as it was.
"""

import itertools
import json
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.scripted_server import ScriptedServer

USUAL: Final = ViewportSize(width=1280, height=720)
_CONNECTED_MS: Final = 30_000
_ENTER = """(room) => {
    history.pushState(null, '', `/?room=${room}`);
    dispatchEvent(new PopStateEvent('popstate'));
}"""
_IS_AS_IT_WAS = "() => document.querySelector('dialog[open], :popover-open, #inspector') === null"


class Stage:
    """Loads the page when a test first enters, and again after a test that failed."""

    def __init__(self, browser: Browser, origin: str, before_loads: str = "", **options: Any):
        self._browser = browser
        self._origin = origin
        self._before_loads = f"localStorage['chat.name'] ??= {json.dumps('Ann')};{before_loads}"
        self._options = options
        self._page: Page | None = None
        self._rooms = (f"stage-{number}" for number in itertools.count(1))

    def page(self) -> Page:
        """The page, which is in no room before the first test."""
        if self._page is not None and not self._page.evaluate(_IS_AS_IT_WAS):
            self.leave()
        if self._page is None:
            context = self._browser.new_context(**self._options)
            context.set_default_timeout(10_000)
            context.add_init_script(self._before_loads)
            self._page = context.new_page()
        return self._page

    def enter(self, server: ScriptedServer, viewport: ViewportSize = USUAL) -> None:
        """Go to another room, which the server answers for."""
        page = self.page()
        room = next(self._rooms)
        server.welcome["room"] = room
        page.set_viewport_size(viewport)
        if page.url == "about:blank":
            page.goto(f"{self._origin}/?room={room}")
        else:
            page.evaluate(_ENTER, room)
        expect(page.locator("#room-title")).to_have_text(room)
        expect(page.locator("#link")).to_have_text("Connected", timeout=_CONNECTED_MS)

    def leave(self) -> None:
        """Close the page; the next test gets a new one."""
        if self._page is not None:
            self._page.context.close()
            self._page = None
