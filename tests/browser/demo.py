"""Both chats with their companion, as `chatbench up` starts them, and how a page looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from playwright.sync_api import Page

from bench.up.companion_process import CompanionProcess
from tests.browser.axe import found_by_axe
from tests.browser.conftest import Chats
from tests.browser.layout import cut_off

WIDTHS: Final = (400, 1440)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


@contextmanager
def demo(company_room: str = "") -> Iterator[tuple[Chats, CompanionProcess]]:
    """Start them; in `company_room`, synthetic people talk."""
    with CompanionProcess() as companion, Chats(CHAT_COMPANION=companion.origin) as chats:
        companion.start(chats.origins, chats.origins.values(), company_room)
        companion.wait_until_healthy()
        yield chats, companion


def looks_wrong(page: Page) -> list[str]:
    """What is cut off, and what axe finds: narrow and wide, light and dark."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("() => new Promise(requestAnimationFrame)")
        found += [f"{width} px: {each}" for each in cut_off(page)]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}, {width} px: {each}" for each in found_by_axe(page)]
    return found
