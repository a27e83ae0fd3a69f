"""Finds content that does not fit into a page."""

from playwright.sync_api import Page

_CUT_OFF = """() => {
    const unseen = '.unseen, svg, option, :not(:popover-open)[popover], dialog:not([open], .panel)';
    const isClipped = (each) => each !== null
        && (getComputedStyle(each).clipPath !== 'none' || isClipped(each.parentElement));
    const shown = [...document.querySelectorAll('body *')].filter((each) => !each.closest(unseen)
        && each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !isClipped(each));
    const mayBeCut = (each) => each.matches('pre')
        || getComputedStyle(each).textOverflow === 'ellipsis';
    const isInOneThatMay = ({ parentElement: parent }) => parent !== null
        && (mayBeCut(parent) || isInOneThatMay(parent));
    const hangsOut = (each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 0 && (right > innerWidth + 1 || left < -1);
    };
    const hasText = (each) => [...each.childNodes].some((node) =>
        node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
    const tellsItsWidth = (each) => each.matches('select, button, input')
        || getComputedStyle(each).overflowX !== 'visible' || hasText(each);
    const isTooFull = (each) => getComputedStyle(each).display !== 'inline'
        && each.scrollWidth > each.clientWidth + 1 && tellsItsWidth(each);
    return shown
        .filter((each) => !mayBeCut(each) && (isTooFull(each) || hangsOut(each)))
        .filter((each) => !isInOneThatMay(each))
        .map((each) => `${each.scrollWidth} of ${each.clientWidth} px: `
            + each.outerHTML.slice(0, 160));
}"""


def cut_off(page: Page) -> list[str]:
    """Elements that are too wide for their box, or cross the window's edge.

    Elements that end in an ellipsis by design or scroll sideways do not count.
    """
    found: list[str] = page.evaluate(_CUT_OFF)
    return found
