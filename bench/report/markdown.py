"""Pieces of Markdown that GitHub renders."""

import re
from collections.abc import Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table with text in the first `words` columns, then figures; empty without rows."""
    if not rows:
        return ""
    rule = [*("---" for _ in headers[:words]), *("---:" for _ in headers[words:])]
    return "\n".join(_line(cells) for cells in (headers, rule, *map(_cells, rows)))


def text_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of words."""
    return table(headers, rows, len(headers))


def code(text: str) -> str:
    """Inline code."""
    return f"`{text}`"


def commands(lines: Sequence[str]) -> str:
    """A block of commands."""
    return "\n".join(("```sh", *lines, "```"))


def picture(name: str, alt: str, folder: str) -> str:
    """A chart in the reader's theme; `alt` is the alternative text."""
    described = re.sub(r"\s+", " ", alt).replace('"', "'").replace("<", "&lt;")
    return (
        "<picture>"
        f'<source media="(prefers-color-scheme: dark)" srcset="{folder}/{name}-dark.svg">'
        f'<source media="(prefers-color-scheme: light)" srcset="{folder}/{name}-light.svg">'
        f'<img src="{folder}/{name}-light.svg" alt="{described}">'
        "</picture>"
    )


def _cells(row: Sequence[str]) -> list[str]:
    return [re.sub(r"\s*\n\s*", " ", cell).replace("|", "\\|") for cell in row]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
