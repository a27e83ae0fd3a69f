"""The figures of all features as rows of a table: Channels / FastAPI in each cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.analysis.clarity.figures import figures
from bench.analysis.clarity.totals import ALL, both
from bench.analysis.wording import count
from bench.declared.features import CHATS
from bench.envelope.clarity import FeatureFigures

_COUNTS: Final[Mapping[str, Callable[[FeatureFigures], int]]] = {
    "Lines": lambda each: each.lines,
    "Cyclomatic": lambda each: each.cyclomatic,
    "Cognitive": lambda each: each.cognitive,
    "Hardest": lambda each: each.hardest,
    "Names": lambda each: len(each.names),
    "Files": lambda each: each.files,
    "Settings": lambda each: each.settings,
    "Missing": lambda each: each.missing,
    "Against": lambda each: each.against,
}
"""The columns by their titles."""


def feature_rows(link: Callable[[str], str]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The head and the rows of a table of all features; `link` makes a link of a feature's name."""
    rows = [
        _row(link(a.feature), a, b) for a, b in zip(*(figures(chat) for chat in CHATS), strict=True)
    ]
    return ("Channels / FastAPI", *_COUNTS), [*rows, _row("**all**", *both(ALL))]


def count_rows(feature: str) -> list[Sequence[str]]:
    """The figures of one feature, a row for each, with a column for each chat."""
    found = [each for chat in CHATS for each in figures(chat) if each.feature == feature]
    return [(name, *(count(value(each)) for each in found)) for name, value in _COUNTS.items()]


def pair(channels: int, fastapi: int) -> str:
    """Both figures of a cell."""
    return f"{count(channels)} / {count(fastapi)}"


def _row(name: str, a: FeatureFigures, b: FeatureFigures) -> Sequence[str]:
    return (name, *(pair(value(a), value(b)) for value in _COUNTS.values()))
