"""Runs axe on a page with the WCAG A and AA rules and the best practices."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page

OPTIONS: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}

_RUN = "async ([within, options]) => (await axe.run(within, options)).violations"


def found_by_axe(page: Page, within: str = "html") -> list[str]:
    """The rule, the element and the reason of each violation in what a CSS selector selects."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate(_RUN, [within, OPTIONS])
    return [
        f"{each['id']}: {' '.join(map(str, node['target']))}: {_why(node)}"
        for each in violations
        for node in each["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return str(reasons[0] if reasons else node["html"][:100])
