"""The figures of all features as rows of a table: Channels / FastAPI in each cell."""

from collections.abc import Callable, Sequence

from bench.analysis.clarity.figures import figures
from bench.analysis.clarity.totals import ALL, both
from bench.analysis.wording import count
from bench.declared.features import CHATS
from bench.envelope.clarity import FeatureFigures

HEAD = (
    "Channels / FastAPI",
    "Lines",
    "Cyclomatic",
    "Cognitive",
    "Hardest",
    "Names",
    "Files",
    "Settings",
    "Missing",
    "Against",
)


def feature_rows(link: Callable[[str], str]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The head and the rows of a table of all features; `link` makes a link of a feature's name."""
    rows = [
        _row(link(a.feature), a, b) for a, b in zip(*(figures(chat) for chat in CHATS), strict=True)
    ]
    return HEAD, [*rows, _row("**all**", *both(ALL))]


def pair(channels: int, fastapi: int) -> str:
    """Both figures of a cell."""
    return f"{count(channels)} / {count(fastapi)}"


def _row(name: str, a: FeatureFigures, b: FeatureFigures) -> Sequence[str]:
    return (
        name,
        pair(a.lines, b.lines),
        pair(a.cyclomatic, b.cyclomatic),
        pair(a.cognitive, b.cognitive),
        pair(a.hardest, b.hardest),
        pair(len(a.names), len(b.names)),
        pair(a.files, b.files),
        pair(a.settings, b.settings),
        pair(a.missing, b.missing),
        pair(a.against, b.against),
    )
