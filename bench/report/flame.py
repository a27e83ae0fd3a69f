"""A flame graph as SVG: the width of a box is the share of the samples that have this frame.

The picture is readable on a light and on a dark page: each box has a colour and dark words. Colours
tell parts apart: this project, the frameworks, the servers, Redis' client, Python.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from typing import Final

from bench.analysis.profile import LOOP, PYTHON, part_of, short
from bench.envelope.folded import Folded

WIDTH: Final = 1000
ROW: Final = 18
NARROWEST: Final = 0.004
"""Boxes below this share of the width are left out."""
_CHARACTER: Final = 6.3
_INK: Final = "#1f2328"
_COLOURS: Final = {
    "django_chat": "#8ec5ea",
    "fastapi_chat": "#f5b98a",
    "chat_core": "#cdd3d9",
    "chat_servers": "#cdd3d9",
    "bench": "#cdd3d9",
    "channels": "#5aa7dc",
    "channels_redis": "#5aa7dc",
    "django": "#5aa7dc",
    "asgiref": "#5aa7dc",
    "fastapi": "#e88f4a",
    "starlette": "#e88f4a",
    "broadcaster": "#e88f4a",
    "redis": "#e79a9a",
    PYTHON: "#d9c8ee",
    LOOP: "#b9a4d8",
}
_SERVER: Final = "#a5d3a0"
"""Servers and what they are built from: whatever is no other part."""


@dataclass(slots=True)
class _Box:
    """A frame below its caller, with the samples of both it and what it calls."""

    samples: int = 0
    inner: dict[str, "_Box"] = field(default_factory=lambda: defaultdict(_Box))


def draw(folded: Folded, title: str) -> str:
    """The flame graph, the outermost frame on top; frames that all samples share are left out."""
    root = _tree(folded)
    rows: list[str] = []
    depth = _boxes(root, 0.0, WIDTH / max(root.samples, 1), 0, rows)
    height = ROW * (depth + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="DejaVu Sans Mono, monospace" '
        f'font-size="10.5" fill="{_INK}" role="img"><title>{escape(title)}</title>'
        f"{''.join(rows)}</svg>\n"
    )


def _tree(folded: Folded) -> _Box:
    root = _Box()
    for stack, samples in folded.items():
        box = root
        box.samples += samples
        for frame in map(short, stack):
            box = box.inner[frame]
            box.samples += samples
    while len(root.inner) == 1:
        (only,) = root.inner.values()
        if only.samples < root.samples or not only.inner:
            break
        root = only
    return root


def _boxes(box: _Box, x: float, scale: float, y: int, rows: list[str]) -> int:
    """Draw what a box calls; returns the number of rows below `y` that are used."""
    deepest = y
    for frame, inner in sorted(box.inner.items(), key=lambda each: (-each[1].samples, each[0])):
        width = inner.samples * scale
        if width >= NARROWEST * WIDTH:
            rows.append(_drawn(frame, x, width, y))
            deepest = max(deepest, _boxes(inner, x, scale, y + 1, rows))
        x += width
    return deepest


def _drawn(frame: str, x: float, width: float, y: int) -> str:
    share = 100 * width / WIDTH
    letters = int((width - 6) / _CHARACTER)
    name = frame.partition(" (")[0] if len(frame) > letters else frame
    words = name if len(name) <= letters else name[: max(letters - 1, 0)] + "…"
    text = f'<text x="{x + 3:.1f}" y="{ROW * y + 13}">{escape(words)}</text>' if letters > 2 else ""
    colour = _COLOURS.get(part_of(frame), _SERVER)
    return (
        f'<g><title>{escape(frame)}: {share:.1f} %</title><rect x="{x:.1f}" y="{ROW * y}" '
        f'width="{max(width - 0.6, 0.4):.1f}" height="{ROW - 1}" rx="2" fill="{colour}"/>{text}</g>'
    )
