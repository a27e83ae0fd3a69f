"""How a page looks."""

from typing import Final, Literal

from playwright.sync_api import Page

from tests.browser.axe import found_by_axe
from tests.browser.layout import cut_off

WIDTHS: Final = (400, 1440)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


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
