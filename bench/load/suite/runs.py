"""The runs of this Locust process, and what two of them tell apart."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.envelope.locust import LocustRun, Point
from bench.envelope.observation import Percentiles
from bench.load.live import Report
from bench.load.options import Options
from bench.load.suite.batches import IN_TURNS, LEAST, METRICS, batches, paired_batches
from bench.load.suite.saving import NAME

KEPT: Final = 20
_CONFIDENCE: Final = 0.95
_SAME: Final = 1.1


class Run(msgspec.Struct, frozen=True):
    """One test that has ended."""

    number: int
    name: str
    began: datetime
    result: LocustRun
    partner: int = 0
    """The number of the run with which this one took turns; 0: there is none."""


class Compared(msgspec.Struct, frozen=True):
    """One metric of two runs. `ratio` is second ÷ first, with the ends of its 95 % interval."""

    metric: str
    first: float | None
    second: float | None
    ratio: float | None
    low: float | None
    high: float | None
    words: str


class Runs:
    """The newest runs; numbers are not used again."""

    def __init__(self) -> None:
        self.kept: list[Run] = []
        self._number = 0

    def keep(self, began: datetime, result: LocustRun, url: str) -> None:
        """Add a run that has ended; one without points has shown nothing."""
        if result.points:
            self._add(began, result, url, 0)

    def keep_pair(self, began: datetime, first: LocustRun, second: LocustRun) -> None:
        """Add the runs of two chats that took turns."""
        if first.points and second.points:
            number = self._number + 1
            self._add(began, first, "", number + 1)
            self._add(began, second, "", number)

    def _add(self, began: datetime, result: LocustRun, url: str, partner: int) -> None:
        self._number += 1
        users = f"{sum(result.users.values())} users"
        load = f"{users}, rooms of {result.room_size}, {result.rate:g} messages/s each"
        turns = f" in turns with {result.against}" if result.against else ""
        name = f"{self._number}: {result.arm or url}{turns}, {load}, {result.seconds:.0f} s"
        self.kept = [*self.kept, Run(self._number, name, began, result, partner)][-KEPT:]

    def find(self, number: int) -> Run | None:
        """The run with this number, or None."""
        return next((run for run in self.kept if run.number == number), None)

    def results(self, run: Run) -> list[LocustRun]:
        """What is saved of a run: with the chat that took turns with it, in the order of both."""
        partner = self.find(run.partner)
        both = [run] if partner is None else sorted((run, partner), key=lambda each: each.number)
        return [each.result for each in both]

    def compare(self, first: int, second: int) -> list[Compared] | None:
        """What two runs tell apart; None if one of them is not there."""
        one, other = self.find(first), self.find(second)
        if one is None or other is None:
            return None
        points = one.result.points, other.result.points
        return compared(*points, paired=one.partner == second)


def compared(first: Sequence[Point], second: Sequence[Point], *, paired: bool) -> list[Compared]:
    """What two chats tell apart. `paired`: they took turns, and their points are of one time."""
    found = []
    for metric in IN_TURNS if paired else METRICS:
        read = METRICS[metric]
        if paired:
            parts = paired_batches(read, first, second)
        else:
            parts = batches(read, first), batches(read, second)
        found.append(_compared(metric, *parts, paired=paired))
    return found


def result_of(
    options: Options,
    users: Mapping[str, int],
    report: Report,
    points: Sequence[Point],
    failure: str | None,
) -> LocustRun:
    """All that is kept of a test that has ended."""
    tally = report.tally
    latency, lateness = (
        msgspec.convert(each.summary(), Percentiles) for each in (report.latency, report.lateness)
    )
    return LocustRun(
        experiment=NAME,
        arm=options.arm,
        at_s=0.0,
        users=dict(users),
        room_size=options.room_size,
        rooms=options.rooms,
        rate=options.rate,
        payload=options.payload,
        seconds=points[-1].at_s if points else 0.0,
        sent=tally.sent,
        expected=tally.expected,
        delivered=tally.delivered,
        lost=tally.lost,
        lost_by_cause=dict(tally.lost_by_cause),
        late=tally.late,
        owed=tally.owed,
        duplicates=tally.duplicates,
        reordered=tally.reordered,
        latency_us=latency,
        lateness_us=lateness,
        against=options.against,
        refused=failure or report.refusal(),
        points=list(points),
    )


def _compared(
    metric: str, one: NDArray[np.float64], other: NDArray[np.float64], *, paired: bool
) -> Compared:
    means = _mean(one), _mean(other)
    least = min(one.size, other.size)
    if least < LEAST:
        words = "too short to tell" if least else "not measured in both"
        return Compared(metric, means[0], means[1], None, None, None, words)
    apart = float(other.mean() - one.mean())
    reach = _half_width_of_pairs(other - one) if paired else _half_width(one, other)
    ratio, low, high = math.exp(apart), math.exp(apart - reach), math.exp(apart + reach)
    return Compared(metric, means[0], means[1], ratio, low, high, _words(ratio, low, high))


def _mean(logs: NDArray[np.float64]) -> float | None:
    """The geometric mean; None without values."""
    return float(np.exp(logs.mean())) if logs.size else None


def _half_width(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of the 95 % interval of the difference of two means, by Welch."""
    errors = [float(each.var(ddof=1)) / each.size for each in (one, other)]
    total = sum(errors)
    if not total:
        return 0.0
    parts = sum(
        error**2 / (each.size - 1) for error, each in zip(errors, (one, other), strict=True)
    )
    return _quantile(total**2 / parts) * math.sqrt(total)


def _half_width_of_pairs(apart: NDArray[np.float64]) -> float:
    """Of the 95 % interval of the mean difference of neighbours in time: their drift is no part."""
    error = float(apart.std(ddof=1)) / math.sqrt(apart.size)
    return _quantile(apart.size - 1) * error


def _quantile(freedom: float) -> float:
    """Student's t at the end of the interval."""
    from scipy import special  # slow to import, and most of Locust's processes compare nothing

    return float(special.stdtrit(freedom, (1 + _CONFIDENCE) / 2))


def _words(ratio: float, low: float, high: float) -> str:
    interval = f"({low:.2f}–{high:.2f})"
    if low >= 1 / _SAME and high <= _SAME:
        return f"the same within 10 % {interval}"
    if low <= 1 <= high:
        return f"no difference shown {interval}"
    return f"the second has {ratio:.2f} times as much {interval}"
