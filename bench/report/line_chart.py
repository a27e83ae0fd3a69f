"""Charts of lines over a logarithmic axis, as SVG text: one line for each arm."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from bench.report.charts import LOOKS, SETTINGS, SIZE, Look, rounded, tick

WIDTH_IN: Final = 6.4
HEIGHT_IN: Final = 3.9
LEFT_IN, RIGHT_IN, TOP_IN, BOTTOM_IN = 0.75, 2.2, 0.45, 0.6
_LABEL_IN: Final = 0.19
"""The distance that two labels keep."""
_STYLES: Final = ("-", "--", ":", "-.")


@dataclass(frozen=True, slots=True)
class Line:
    """One arm: values with their intervals by what the axis shows."""

    label: str
    family: str
    points: tuple[tuple[float, float, float, float], ...]
    """x, value, low, high."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart to draw; `name` is the name of the file, without theme and suffix."""

    name: str
    title: str
    x_axis: str
    y_axis: str
    lines: tuple[Line, ...]


@lru_cache(maxsize=16)
def draw_lines(chart: LineChart, theme: str) -> str:
    """The chart as SVG, in the light or the dark theme; both axes are logarithmic."""
    look = LOOKS[theme]
    with style.context(["default", SETTINGS]):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), facecolor=look.paper)
        box = (
            LEFT_IN / WIDTH_IN,
            BOTTOM_IN / HEIGHT_IN,
            1 - (LEFT_IN + RIGHT_IN) / WIDTH_IN,
            1 - (TOP_IN + BOTTOM_IN) / HEIGHT_IN,
        )
        axes = figure.add_axes(box, facecolor=look.paper)
        _axes(axes, chart, look)
        styles = _styles(chart.lines)
        for line, dashes in zip(chart.lines, styles, strict=True):
            _line(axes, line, dashes, look)
        for line, y in zip(chart.lines, _label_places(axes, chart.lines), strict=True):
            _label(axes, line, y, look)
        figure.text(
            0.08 / WIDTH_IN,
            1 - 0.2 / HEIGHT_IN,
            chart.title,
            color=look.ink,
            weight="bold",
            va="center",
        )
        buffer = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Type": None, "Format": None}
        figure.savefig(buffer, format="svg", metadata=metadata)
    return rounded(buffer.getvalue())


def describe_lines(chart: LineChart) -> str:
    """The figures of the chart in words, for readers that cannot see it."""
    said = []
    for line in chart.lines:
        values = ", ".join(f"{tick(x)}: {value:.3g}" for x, value, _, _ in line.points)
        said.append(f"{line.label} {values}")
    return f"{chart.title}; {chart.y_axis} by {chart.x_axis}. {'; '.join(said)}."


def _axes(axes: Axes, chart: LineChart, look: Look) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    xs = sorted({x for line in chart.lines for x, *_ in line.points})
    axes.xaxis.set_major_locator(FixedLocator(xs))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.set_xlabel(chart.x_axis, color=look.quiet, fontsize=SIZE - 1)
    axes.set_ylabel(chart.y_axis, color=look.quiet, fontsize=SIZE - 1)
    axes.tick_params(colors=look.quiet, labelsize=SIZE - 1, length=0)
    axes.grid(axis="both", color=look.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _line(axes: Axes, line: Line, dashes: str, look: Look) -> None:
    colour = look.families.get(line.family, look.quiet)
    xs = [x for x, *_ in line.points]
    axes.plot(xs, [value for _, value, _, _ in line.points], dashes, color=colour, linewidth=1.6)
    for x, value, low, high in line.points:
        axes.plot([x, x], [low, high], color=colour, linewidth=3, alpha=0.45)
        axes.plot([x], [value], "o", color=colour, markersize=4.5)


def _styles(lines: Sequence[Line]) -> list[str]:
    """The lines of a family differ in their dashes."""
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        place = seen.get(line.family, 0)
        seen[line.family] = place + 1
        found.append(_STYLES[place % len(_STYLES)])
    return found


def _label_places(axes: Axes, lines: Sequence[Line]) -> list[float]:
    """For each line the height of its label, as a share of the axes, none over another."""
    axes.autoscale_view()  # otherwise the limits are those of empty axes until the drawing
    heights = []
    for line in lines:
        _, y = axes.transLimits.transform(
            axes.transScale.transform((line.points[-1][0], line.points[-1][1]))
        )
        heights.append(float(y))
    gap = _LABEL_IN / (HEIGHT_IN - TOP_IN - BOTTOM_IN)
    placed = dict[int, float]()
    above = float("inf")
    for place in sorted(range(len(lines)), key=lambda each: -heights[each]):
        above = placed[place] = min(heights[place], above - gap)
    lowest = min(placed.values())
    up = max(0.0, -lowest)
    return [placed[place] + up for place in range(len(lines))]


def _label(axes: Axes, line: Line, y: float, look: Look) -> None:
    axes.annotate(
        line.label,
        (1, y),
        xycoords="axes fraction",
        xytext=(10, 0),
        textcoords="offset points",
        va="center_baseline",
        color=look.families.get(line.family, look.quiet),
        fontsize=SIZE - 1,
    )
