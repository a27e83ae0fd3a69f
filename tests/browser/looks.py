"""How a page looks: what is cut off, and what axe finds, at several widths and in both themes."""

from collections.abc import Collection
from itertools import product
from typing import Final, Literal

from playwright.sync_api import Page

from tests.browser.axe import found_by_axe
from tests.browser.layout import cut_off

Theme = Literal["light", "dark"]
Look = tuple[int, Theme]
"""A width and a theme."""

WIDTHS: Final = (400, 1440)
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
_DRAWN: Final = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)


def looks_for_axe(
    locale: str = "en", widths: tuple[int, int] = WIDTHS, *, every: bool
) -> list[Look]:
    """Each width and each theme once; with `every`, each width in each theme, in any language.

    Between languages the layout differs, and what axe looks at does not.
    """
    if every:
        return list(product(widths, THEMES))
    return list(zip(widths, THEMES, strict=True)) if locale.startswith("en") else []


def looks_wrong(
    page: Page, looks: Collection[Look], widths: Collection[int] = WIDTHS, height: int = 800
) -> list[str]:
    """What is cut off at these widths, and what axe finds in these looks."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(_DRAWN)  # a panel over a narrow page is beside a wide page
        found += [f"{width} px: {each}" for each in cut_off(page)]
        for theme in (each for each in THEMES if (width, each) in looks):
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}, {width} px: {each}" for each in found_by_axe(page)]
    return found
