"""Charts of lines over logarithmic axes, as SVG text: one line for each arm.

A chart is as narrow as a phone, so that its words keep their size there.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from bench.report.charts import DRAWN, EDGE_IN, LOOKS, SETTINGS, SIZE, Look, in_theme, rounded, tick
from bench.report.looks import Style

WIDTH_IN: Final = 4.4
PLOT_IN: Final = 2.6
"""The height of the axes."""
LEFT_IN, RIGHT_IN, TOP_IN, BOTTOM_IN = 0.72, 0.15, 0.42, 0.62
KEY_IN: Final = 0.215
"""The height of a line of the key, which stands below the axes."""
SAMPLE_IN: Final = 0.5
"""The width of a sample of a line in the key."""


@dataclass(frozen=True, slots=True)
class Line:
    """One arm: values with their intervals by what the axis shows."""

    label: str
    style: Style
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


def draw_lines(chart: LineChart, theme: str) -> str:
    """The chart as SVG, in the light or the dark theme; both axes are logarithmic."""
    return in_theme(_draw_lines(chart), theme)


@lru_cache(maxsize=16)
def _draw_lines(chart: LineChart) -> str:
    """The chart in the light theme."""
    look = LOOKS[DRAWN]
    key = KEY_IN * len(chart.lines) + EDGE_IN
    height = TOP_IN + PLOT_IN + BOTTOM_IN + key
    with style.context(["default", SETTINGS]):
        figure = Figure(figsize=(WIDTH_IN, height), facecolor=look.paper)
        box = (
            LEFT_IN / WIDTH_IN,
            (BOTTOM_IN + key) / height,
            1 - (LEFT_IN + RIGHT_IN) / WIDTH_IN,
            PLOT_IN / height,
        )
        axes = figure.add_axes(box, facecolor=look.paper)
        _axes(axes, chart, look)
        for line in chart.lines:
            _line(axes, line, look)
        _key(figure.add_axes((0, 0, 1, key / height), facecolor=look.paper), chart, look)
        figure.text(
            EDGE_IN / WIDTH_IN,
            1 - 0.2 / height,
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
    _without_frame(axes)


def _line(axes: Axes, line: Line, look: Look) -> None:
    colour = look.families.get(line.style.family, look.quiet)
    _draw(axes, [x for x, *_ in line.points], [each[1] for each in line.points], line.style, look)
    for x, _, low, high in line.points:
        axes.plot([x, x], [low, high], color=colour, linewidth=3, alpha=0.45)


def _draw(axes: Axes, xs: list[float], ys: list[float], style: Style, look: Look) -> None:
    colour = look.families.get(style.family, look.quiet)
    axes.plot(
        xs,
        ys,
        style.dash,
        color=colour,
        linewidth=1.6,
        marker=style.marker,
        markersize=5,
        markerfacecolor=colour if style.filled else look.paper,
    )


def _key(axes: Axes, chart: LineChart, look: Look) -> None:
    """A sample and the name of each line, in the order of the lines' right ends."""
    axes.set_xlim(0, WIDTH_IN)
    axes.set_ylim(len(chart.lines) + EDGE_IN / KEY_IN, 0)
    axes.xaxis.set_major_locator(NullLocator())
    axes.yaxis.set_major_locator(NullLocator())
    _without_frame(axes)
    for place, line in enumerate(sorted(chart.lines, key=lambda each: -each.points[-1][1])):
        y, left = place + 0.5, 2 * EDGE_IN
        _draw(axes, [left, left + SAMPLE_IN / 2, left + SAMPLE_IN], [y, y, y], line.style, look)
        at = left + SAMPLE_IN + 0.12
        axes.text(at, y, line.label, va="center_baseline", color=look.ink, fontsize=SIZE - 1)


def _without_frame(axes: Axes) -> None:
    for spine in axes.spines.values():
        spine.set_visible(False)
