"""All figures of each arm: those of the explorer, from the newest run that has them."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.analysis.wording import count, number
from bench.envelope.run import OBSERVATIONS, RESULTS, Run
from bench.report.arms.links import FOLDER
from bench.report.explorer.history import SEPARATOR
from bench.report.explorer.page import METRICS, RunTables
from bench.report.explorer.tables import Metric, Row
from bench.report.made import failures
from bench.report.markdown import table

_NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of an arm from one run; `table` is Markdown."""

    title: str
    place: int
    """Of the first of its metrics among all metrics."""
    name: str
    raw: str
    """The path of the raw file, from the page of an arm."""
    command: str
    commit: str
    started_at: str
    turns: str
    """How many windows there were, and how long; empty if the run does not say it."""
    table: str


@dataclass(slots=True)
class ArmFigures:
    """What is known of an arm."""

    sections: list[Section] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    """The name of a run and the reason why the arm could not be measured in it."""
    metrics: set[str] = field(default_factory=set)

    @property
    def missing(self) -> list[str]:
        """The groups of metrics without a figure of this arm."""
        having = {metric.group for metric in METRICS if metric.id in self.metrics}
        return [group for group in dict.fromkeys(m.group for m in METRICS) if group not in having]


_Line = tuple[Metric, str, Row]


def figures(found: Sequence[RunTables]) -> dict[str, ArmFigures]:
    """By arm; `found` are the runs with their tables, the newest first."""
    known: dict[str, ArmFigures] = defaultdict(ArmFigures)
    metrics = {metric.id: metric for metric in METRICS}
    seen: set[str] = set()
    for run, tables in found:
        lines: dict[str, list[_Line]] = defaultdict(list)
        for each in tables:
            for row in each.rows:
                lines[_base(row.arm)].append((metrics[each.metric], each.label, row))
        turns = _turns(run)
        for arm, every in lines.items():
            new = [line for line in every if line[0].id not in known[arm].metrics]
            if new:
                known[arm].sections.append(_section(run, new, turns.get(arm, [])))
            known[arm].metrics |= {metric.id for metric, _, _ in new}
        newest = set(run.info.experiments) - seen
        for arm, reason in failures(run, newest):
            known[_base(arm)].failed.append((run.name, reason))
        seen |= newest
    for one in known.values():
        one.sections.sort(key=lambda section: section.place)
    return known


def _base(arm: str) -> str:
    """The declared arm: without its history, and without the number of its column in a pair."""
    return arm.partition(SEPARATOR)[0].partition("#")[0]


def _turns(run: Run) -> dict[str, list[float]]:
    """The lengths of the windows of each arm, in seconds."""
    found: dict[str, list[float]] = defaultdict(list)
    for each in run.observations:
        seconds = getattr(each, "seconds", None)
        if isinstance(seconds, float) and each.arm:
            found[_base(each.arm)].append(seconds)
    return found


def _section(run: Run, found: Iterable[_Line], turns: Sequence[float]) -> Section:
    raw = RESULTS / run.path.parent.name / run.path.name / OBSERVATIONS
    lines = sorted(found, key=lambda line: METRICS.index(line[0]))
    return Section(
        ", ".join(dict.fromkeys(metric.group.lower() for metric, _, _ in lines)).capitalize(),
        METRICS.index(lines[0][0]),
        run.name,
        Path(os.path.relpath(raw, FOLDER)).as_posix(),
        run.info.command,
        run.info.commit,
        run.info.started_at,
        _told(turns),
        table(("figure", "condition", "value", "interval", "n"), _rows(lines), words=2),
    )


def _told(turns: Sequence[float]) -> str:
    if not turns:
        return ""
    least, most = number(min(turns)), number(max(turns))
    long = f"{least} s" if least == most else f"{least} to {most} s"
    return f"1 window of {long}" if len(turns) == 1 else f"{count(len(turns))} windows of {long}"


def _rows(lines: Iterable[_Line]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    before = ""
    for metric, label, row in lines:
        better = "; more is better" if metric.better == "more" else ""
        name = f"[{metric.title}](../{metric.page}), {metric.unit}{better}"
        rows.append(
            (
                "" if name == before else name,
                _condition(metric, label, row),
                _NONE if row.value is None else number(row.value),
                _interval(row),
                "" if row.n is None else f"{count(row.n)} {metric.counts}",
            )
        )
        before = name
    return rows


def _condition(metric: Metric, label: str, row: Row) -> str:
    interval = f"interval: {metric.range}" if metric.range else ""
    notes = [note.rstrip(".") for note in (_way(row.arm), interval, row.note) if note]
    return f"{label} ({'; '.join(notes)})" if notes else label


def _way(arm: str) -> str:
    """What tells two rows of one arm apart."""
    name, _, way = arm.partition(SEPARATOR)
    if way:
        return f"history: {way}"
    return "measured a second time, as another arm" if "#" in name else ""


def _interval(row: Row) -> str:
    if row.low is None:
        return _NONE
    if row.high is None:
        return f"from {number(row.low)} on"
    return f"{number(row.low)} to {number(row.high)}"
