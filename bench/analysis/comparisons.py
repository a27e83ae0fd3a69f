"""Pairs of arms, compared repeat by repeat, against the noise of the machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.analysis.arms import Pair, pairs
from bench.analysis.capacity import Bracket, Capacity, capacities, quotient
from bench.analysis.figures import ArmFigures, figures
from bench.analysis.statistics import Estimate, estimate_ratio, largest_factor
from bench.envelope.runs import SECOND, Run

Metric = Literal["cpu", "cpu alone", "p99", "capacity"]
METRICS: tuple[Metric, ...] = ("cpu", "cpu alone", "p99", "capacity")
EXPERIMENTS: dict[Metric, str] = {
    "cpu": "room",
    "cpu alone": "echo",
    "p99": "room",
    "capacity": "capacity",
}


@dataclass(frozen=True, slots=True)
class Noise:
    """The same arm measured twice: `ratio` over all repeats, and the largest factor in one repeat.

    `floor` is a factor of at least 1. A difference smaller than this factor counts as noise.
    """

    arm: str
    metric: Metric
    ratio: Estimate
    floor: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One metric of a pair: above ÷ below, or the reason why there is no figure for it."""

    pair: Pair
    metric: Metric
    value: Estimate | Bracket | None
    shown: bool
    reason: str | None = None

    @property
    def more(self) -> bool:
        """Whether the first arm's value is larger, beyond noise."""
        return self.shown and self.value is not None and self.value.value > 1

    @property
    def less(self) -> bool:
        return self.shown and self.value is not None and self.value.value < 1

    @property
    def swapped(self) -> "Finding":
        """The same finding as below ÷ above."""
        return replace(self, value=self.value.inverse if self.value else None)


@dataclass(frozen=True, slots=True)
class Analysis:
    """All figures of a run that the pages show.

    `floors` are factors by metric. A metric without an A/A measurement has none.
    """

    room: dict[str, ArmFigures]
    echo: dict[str, ArmFigures]
    capacity: dict[str, Capacity]
    noise: tuple[Noise, ...]
    findings: tuple[Finding, ...]

    @property
    def floors(self) -> dict[Metric, float]:
        return {noise.metric: noise.floor for noise in self.noise}

    def select(self, tag: str, metric: Metric) -> list[Finding]:
        """The findings of all pairs with this tag, in the order of the pairs."""
        return [f for f in self.findings if f.pair.tag == tag and f.metric == metric]


def analyse(run: Run) -> Analysis:
    """All figures and comparisons of a run; raises ReportError on a broken histogram."""
    room, echo = figures(run.cells, "room"), figures(run.cells, "echo")
    capacity = capacities(run.cells)
    noise = _noise(room, echo)
    floors = {found.metric: found.floor for found in noise}
    findings = []
    for pair in pairs(run.info.arms):
        for metric in METRICS:
            if metric == "capacity":
                findings.append(_compare_capacity(pair, capacity))
            else:
                table = echo if metric == "cpu alone" else room
                findings.append(_compare(pair, metric, table, floors.get(metric, 1.0)))
    return Analysis(room, echo, capacity, noise, tuple(findings))


def values(figure: ArmFigures, metric: Metric) -> dict[int, float]:
    """The values of one metric of an arm, by repeat."""
    return figure.p99_by_repeat if metric == "p99" else figure.cpu_by_repeat


def _noise(room: Mapping[str, ArmFigures], echo: Mapping[str, ArmFigures]) -> tuple[Noise, ...]:
    found = []
    sources: Sequence[tuple[Metric, Mapping[str, ArmFigures]]] = (
        ("cpu", room),
        ("cpu alone", echo),
        ("p99", room),
    )
    for metric, table in sources:
        for second in sorted(arm for arm in table if arm.endswith(SECOND)):
            first = second.removesuffix(SECOND)
            if first not in table:
                continue
            again, once = values(table[second], metric), values(table[first], metric)
            ratio, floor = estimate_ratio(again, once), largest_factor(again, once)
            if ratio and floor:
                found.append(Noise(first, metric, ratio, floor))
    return tuple(found)


def _compare(pair: Pair, metric: Metric, table: Mapping[str, ArmFigures], floor: float) -> Finding:
    missing = _missing(pair, table)
    if missing:
        return Finding(pair, metric, None, False, missing)
    above, below = table[pair.above.id], table[pair.below.id]
    if above.load != below.load:
        return Finding(pair, metric, None, False, "the loads differ")
    ratio = estimate_ratio(values(above, metric), values(below, metric))
    if ratio is None:
        return Finding(pair, metric, None, False, "no repeat in which both are valid")
    if ratio.low is None or ratio.high is None:
        return Finding(pair, metric, ratio, False, "one repeat has no interval")
    beyond_noise = not 1 / floor <= ratio.value <= floor
    return Finding(pair, metric, ratio, beyond_noise and not ratio.low <= 1 <= ratio.high)


def _compare_capacity(pair: Pair, table: Mapping[str, Capacity]) -> Finding:
    missing = _missing(pair, table)
    if missing:
        return Finding(pair, "capacity", None, False, missing)
    bracket = quotient(table[pair.above.id], table[pair.below.id])
    if bracket is None:
        none = [arm.id for arm in (pair.above, pair.below) if not table[arm.id].value]
        reason = f"{' and '.join(none)} did not pass the first step"
        return Finding(pair, "capacity", None, False, reason)
    if not bracket.low and bracket.high is None:
        return Finding(pair, "capacity", None, False, "neither reached its limit")
    below_one = bracket.high is not None and bracket.high < 1
    return Finding(pair, "capacity", bracket, bracket.low > 1 or below_one)


def _missing(pair: Pair, table: Mapping[str, object]) -> str | None:
    absent = [arm.id for arm in (pair.above, pair.below) if arm.id not in table]
    return f"no valid cell of {' and '.join(absent)}" if absent else None
