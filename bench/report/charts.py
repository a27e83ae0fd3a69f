"""Charts as SVG text: dots with intervals on a logarithmic axis, grouped by fan-out.

The same figures give the same bytes: no date, no version, fixed ids, rounded coordinates.
Text stays text. Its layout is for the widest of its fonts, so it fits in the other fonts, too.
"""

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

WIDTH_IN = 5.1
ROW_IN = 0.235
LEFT_IN, TOP_IN, BOTTOM_IN = 2.13, 0.42, 0.5
CHARACTER_IN, GAP_IN, EDGE_IN = 0.082, 0.12, 0.08
LABEL_IN = 0.33
"""The width that the label of a tick needs, in inches."""
THEMES = ("light", "dark")
DRAWN = "light"
SIZE = 10.5


SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "chat-bench",
    "svg.fonttype": "none",
    "font.size": SIZE,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
}


@dataclass(frozen=True, slots=True)
class Row:
    """One arm: the value with its interval, and for a span the other end (p50 beside p99).

    `below` is true if the true value is only known to be below `value`.
    """

    group: str
    label: str
    family: str
    value: float
    low: float
    high: float
    text: str
    start: float | None = None
    below: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to draw; `name` is the name of the file, without theme and suffix."""

    name: str
    title: str
    axis: str
    rows: tuple[Row, ...]
    mark: float | None = None
    """A value marked by a vertical line, such as 1 if rows are ratios."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a theme."""

    paper: str
    ink: str
    quiet: str
    grid: str
    families: dict[str, str]

    @property
    def colours(self) -> tuple[str, ...]:
        """All of them, in an order that the themes share."""
        return (self.paper, self.ink, self.quiet, self.grid, *self.families.values())


# Blue and orange of Okabe and Ito, told apart in every kind of colour blindness.
LOOKS = {
    "light": Look(
        "#ffffff",
        "#1f2328",
        "#59636e",
        "#d8dee4",
        {"Channels": "#0072b2", "FastAPI": "#c75000"},
    ),
    "dark": Look(
        "#0d1117",
        "#e6edf3",
        "#9198a1",
        "#30363d",
        {"Channels": "#56b4e9", "FastAPI": "#f0a030"},
    ),
}


def draw(chart: Chart, theme: str) -> str:
    """The chart as SVG, in the light or the dark theme."""
    return in_theme(_draw(chart), theme)


@lru_cache(maxsize=32)
def _draw(chart: Chart) -> str:
    """The chart in the light theme."""
    look = LOOKS[DRAWN]
    lines = _lines(chart.rows)
    right = EDGE_IN + GAP_IN + CHARACTER_IN * max(len(row.text) for row in chart.rows)
    height = TOP_IN + ROW_IN * len(lines) + BOTTOM_IN
    with style.context(["default", SETTINGS]):
        figure = Figure(figsize=(WIDTH_IN, height), facecolor=look.paper)
        box = (
            LEFT_IN / WIDTH_IN,
            BOTTOM_IN / height,
            1 - (LEFT_IN + right) / WIDTH_IN,
            ROW_IN * len(lines) / height,
        )
        axes = figure.add_axes(box, facecolor=look.paper)
        _axes(axes, chart, look, len(lines), WIDTH_IN - LEFT_IN - right)
        for y, line in enumerate(lines):
            if isinstance(line, Row):
                _row(axes, y, line, look, right - EDGE_IN)
            else:
                _beside(axes, y, line, look.ink, weight="bold", left=-LEFT_IN + EDGE_IN)
        top = 1 - 0.2 / height
        figure.text(
            EDGE_IN / WIDTH_IN, top, chart.title, color=look.ink, weight="bold", va="center"
        )
        buffer = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Type": None, "Format": None}
        figure.savefig(buffer, format="svg", metadata=metadata)
    return rounded(buffer.getvalue())


def in_theme(svg: str, theme: str) -> str:
    """A chart that was drawn in the theme `DRAWN` with the colours of this theme.

    So it is drawn once: the themes differ in nothing but colours.
    """
    colours = dict(zip(LOOKS[DRAWN].colours, LOOKS[theme].colours, strict=True))
    return re.sub("#[0-9a-f]{6}", lambda found: colours.get(found[0], found[0]), svg)


def describe(chart: Chart) -> str:
    """The figures of the chart in words, for readers that cannot see it."""
    groups = []
    for name, rows in groupby(chart.rows, key=lambda row: row.group):
        groups.append(f"{name}: {', '.join(f'{row.label} {row.text}' for row in rows)}")
    return f"{chart.title}, {chart.axis}. {'. '.join(groups)}."


def _lines(rows: Sequence[Row]) -> list[Row | str]:
    """The lines of the chart from top to bottom: a heading for each group, then its rows."""
    lines: list[Row | str] = []
    for name, found in groupby(rows, key=lambda row: row.group):
        lines += [name, *found]
    return lines


def _axes(axes: Axes, chart: Chart, look: Look, lines: int, width: float) -> None:
    ends = [end for row in chart.rows for end in (row.low, row.high, row.start or row.low)]
    if chart.mark is not None:
        ends.append(chart.mark)
        axes.axvline(chart.mark, color=look.quiet, linewidth=1.2)
    low, high = min(ends) / 1.25, max(ends) * 1.25
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(lines - 0.5, -0.5)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(low, high, width)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: tick(x)))
    axes.yaxis.set_major_locator(NullLocator())
    axes.set_xlabel(f"{chart.axis} (logarithmic)", color=look.quiet, fontsize=SIZE - 1)
    axes.tick_params(axis="x", colors=look.quiet, labelsize=SIZE - 1, length=0)
    axes.grid(axis="x", color=look.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _row(axes: Axes, y: int, row: Row, look: Look, right: float) -> None:
    """Draw a dot with an interval, a name on the left, a figure `right` inches to the right."""
    colour = look.families.get(row.family, look.quiet)
    _beside(axes, y, row.label, look.ink, left=-LEFT_IN + 0.2)
    if row.start is not None:
        axes.plot([row.start, row.value], [y, y], color=colour, linewidth=1.6, alpha=0.6)
        axes.plot([row.start], [y], "o", color=look.paper, markeredgecolor=colour, markersize=5.5)
    else:
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=3, alpha=0.45)
    if row.below:
        axes.plot([row.value], [y], "<", color=look.paper, markeredgecolor=colour, markersize=6)
    else:
        axes.plot([row.value], [y], "o", color=colour, markersize=5.5)
    axes.annotate(
        row.text,
        (1, y),
        xycoords=axes.get_yaxis_transform(),
        xytext=(right * 72, 0),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        color=look.ink,
        fontsize=SIZE - 0.5,
    )


def _beside(
    axes: Axes, y: int, text: str, colour: str, *, left: float, weight: str = "normal"
) -> None:
    """Text to the left of the axes, `left` inches from its edge."""
    axes.annotate(
        text,
        (0, y),
        xycoords=axes.get_yaxis_transform(),
        xytext=(left * 72, 0),
        textcoords="offset points",
        va="center_baseline",
        color=colour,
        weight=weight,
        fontsize=SIZE - 0.5,
    )


def _ticks(low: float, high: float, width: float) -> list[float]:
    """Ticks: as many in each decade as have room for their labels over `width` inches."""
    decade = width / math.log10(high / low)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        gaps = (b / a for a, b in pairwise((*steps, 10)))
        if decade * math.log10(min(gaps)) >= LABEL_IN:
            break
    powers = [10.0**power for power in range(-4, 9)]
    ticks = [step * power for power in powers for step in steps]
    return [tick for tick in ticks if low <= tick <= high]


def tick(value: float) -> str:
    """A value beside an axis: 1000 as 1k."""
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def rounded(svg: str) -> str:
    """Round coordinates to two decimals (1/50 pixel); scales below 1 keep all decimals."""

    def shorten(match: re.Match[str]) -> str:
        value = float(match[0])
        return match[0] if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")

    shortened = re.sub(r"-?\d+\.\d{3,}", shorten, svg)
    return "\n".join(line.rstrip() for line in shortened.splitlines()) + "\n"
