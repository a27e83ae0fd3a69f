"""The loss map as SVG: a row for each arm, a column for each case, a field for what happened."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from bench.analysis.loss import Outcome

LEFT: Final = 290
CELL: Final = 54
ROW: Final = 22
TOP: Final = 30
_KEY: Final = (
    ("all", "everything came"),
    ("refused", "the sender was told no"),
    ("closed", "closed with this code"),
    ("cut", "cut without a code"),
    ("dropped", "so many dropped in silence"),
)


class _Look(NamedTuple):
    paper: str
    ink: str
    quiet: str
    fields: Mapping[str, tuple[str, str]]
    """The colours of a field and of its letters, by the kind of the outcome."""


_LOOKS: Final = {
    "light": _Look(
        "#ffffff",
        "#1f2328",
        "#59636e",
        {
            "all": ("#eef1f4", "#59636e"),
            "refused": ("#cfe3f5", "#0b3c61"),
            "closed": ("#fbe3a6", "#4d3800"),
            "cut": ("#f0a878", "#4a1d00"),
            "dropped": ("#8c1d40", "#ffffff"),
        },
    ),
    "dark": _Look(
        "#0d1117",
        "#e6edf3",
        "#9198a1",
        {
            "all": ("#1c232c", "#9198a1"),
            "refused": ("#1d4468", "#dcecfa"),
            "closed": ("#6b5310", "#fff3cf"),
            "cut": ("#a5521f", "#ffffff"),
            "dropped": ("#f06a94", "#2b0010"),
        },
    ),
}


def draw(cases: Sequence[str], arms: Mapping[str, Mapping[str, Outcome]], theme: str) -> str:
    """The map; `arms` has the outcomes of each arm by the name of the case."""
    look = _LOOKS[theme]
    width = LEFT + CELL * len(cases) + 8
    height = TOP + ROW * len(arms) + 44
    parts = [f'<rect width="{width}" height="{height}" fill="{look.paper}"/>']
    for column in range(len(cases)):
        x = LEFT + CELL * column + CELL / 2
        parts.append(_text(x, TOP - 10, str(column + 1), look.ink, "middle", bold=True))
    for row, (arm, outcomes) in enumerate(arms.items()):
        y = TOP + ROW * row
        parts.append(_text(8, y + 15, arm, look.ink))
        for column, case in enumerate(cases):
            parts.append(_field(LEFT + CELL * column, y, outcomes.get(case), look))
    parts.append(_key(TOP + ROW * len(arms) + 14, look))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="DejaVu Sans, Verdana, Arial, sans-serif" '
        f'font-size="12" role="img"><title>{escape(describe(cases, arms))}</title>'
        f"{''.join(parts)}</svg>\n"
    )


def describe(cases: Sequence[str], arms: Mapping[str, Mapping[str, Outcome]]) -> str:
    """The map in words: where something did not come, and why."""
    said = []
    for arm, outcomes in arms.items():
        found = [
            f"{number}: {outcomes[case].text}"
            for number, case in enumerate(cases, start=1)
            if case in outcomes and outcomes[case].kind != "all"
        ]
        said.append(f"{arm}: {', '.join(found) if found else 'everything came'}")
    return f"What became of the messages, by arm and number of the case. {'; '.join(said)}."


def _field(x: float, y: float, outcome: Outcome | None, look: _Look) -> str:
    if outcome is None:
        return ""
    fill, letters = look.fields[outcome.kind]
    box = (
        f'<rect x="{x + 1:g}" y="{y + 1:g}" width="{CELL - 2}" height="{ROW - 2}" rx="3" '
        f'fill="{fill}"/>'
    )
    return box + _text(x + CELL / 2, y + 15, outcome.text, letters, "middle")


def _key(y: float, look: _Look) -> str:
    parts, x = [], 8.0
    for kind, words in _KEY:
        fill, _ = look.fields[kind]
        parts.append(f'<rect x="{x:g}" y="{y:g}" width="16" height="16" rx="3" fill="{fill}"/>')
        parts.append(_text(x + 22, y + 13, words, look.quiet))
        x += 40 + 7.2 * len(words)
    return "".join(parts)


def _text(
    x: float, y: float, text: str, fill: str, anchor: str = "start", *, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )
