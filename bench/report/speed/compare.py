"""`chatbench report --compare`: the figures of two runs side by side, on the screen."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.analysis.estimate import Estimate
from bench.analysis.run_comparison import FigureComparison, RunComparison, compare_runs
from bench.analysis.speed import SpeedFigures
from bench.envelope.run import RunInfo
from bench.report.errors import ReportError
from bench.report.speed import words
from bench.report.speed.page import figures_of

_LOADS = {"35": "35 %", "65": "65 %", "equal": "equal load", "saturated": "overload"}


def print_comparison(root: Path, first: Path, second: Path, console: Console | None = None) -> None:
    """Print which ratios and costs of two runs agree. Raises BenchError."""
    shown = console or Console()
    one, two = _figures(root, first), _figures(root, second)
    for name, figures in (("first", one), ("second", two)):
        shown.print(f"{name}: {figures.run.name}, {_machine(figures.run.info)}")
    ratios = compare_runs(dict(_ratios(one)), dict(_ratios(two)))
    if not ratios.figures:
        raise ReportError("The two runs have no figure in common: they need two arms in common.")
    _print(shown, "Ratios", ratios)
    costs = compare_runs(dict(_costs(one)), dict(_costs(two)))
    _print(shown, "Costs in µs, which also change with the speed of the core", costs)
    word = "yes" if ratios.target_met else "no"
    shown.print(f"At least 95 of 100 ratios agree within their intervals: {word}.")


def _figures(root: Path, run: Path) -> SpeedFigures:
    figures = figures_of(root, run)
    assert figures is not None  # a named run has figures, or raises
    return figures


def _machine(info: RunInfo) -> str:
    return f"{info.machine.cpu}, {info.machine.cores} cores, commit {info.commit}"


def _ratios(figures: SpeedFigures) -> Iterator[tuple[str, Estimate]]:
    """Each arm's cost divided by the cost of the arm before it, in each condition.

    These are as many as arms, less one, and no ratio follows from the others.
    """
    for condition in figures.costs:
        arms = sorted(figures.arms)
        for below, above in pairwise(arms):
            ratio = figures.ratio(condition, above, below)
            if ratio is not None:
                yield f"{above} ÷ {below}, {_where(condition)}", ratio


def _costs(figures: SpeedFigures) -> Iterator[tuple[str, Estimate]]:
    for condition in figures.costs:
        for arm in sorted(figures.arms):
            cost = figures.cost(condition, arm)
            if cost is not None:
                yield f"{arm}, {_where(condition)}", cost


def _where(condition: tuple[str, int]) -> str:
    load, room = condition
    return f"room of {room} at {_LOADS[load]}"


def _print(console: Console, title: str, found: RunComparison) -> None:
    console.print(f"{title}: {found.agreeing} of {len(found.figures)} agree ({found.share:.0%}).")
    for name, missing in (("first", found.only_first), ("second", found.only_second)):
        if missing:
            console.print(f"Only the {name} run has {len(missing)} more.")
    apart = [figure for figure in found.figures if not figure.agrees]
    if apart:
        console.print(_table(apart))


def _table(apart: list[FigureComparison]) -> Table:
    table = Table(title="Those that do not agree", title_justify="left")
    for header in ("figure", "first", "second", "second ÷ first"):
        table.add_column(header)
    for each in apart:
        row = (each.first, each.second, each.ratio)
        table.add_row(each.name, *(words.ratio(figure) for figure in row))
    return table
