"""The runs of this Locust process, and what two of them tell apart."""

import math
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.load.options import Options
from bench.load.suite.timeline import Point

KEPT: Final = 20
_JOINING_S: Final = 3.0
"""Until then the users join, and the figures are those of handshakes."""
_BATCHES: Final = 10
_LEAST: Final = 5
_CONFIDENCE: Final = 0.95
_SAME: Final = 1.1

Reading = Callable[[Point], float | None]
_METRICS: Final[dict[str, Reading]] = {
    "Latency, p50 (ms)": lambda point: point.p50 / 1000 or None,
    "Latency, p99 (ms)": lambda point: point.p99 / 1000 or None,
    "CPU for a delivery (µs)": lambda point: point.cpu_per_delivery_us or None,
    "Deliveries a second": lambda point: point.delivered or None,
}


class Run(msgspec.Struct, frozen=True):
    """One test that has ended."""

    number: int
    name: str
    points: list[Point]


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

    def keep(self, options: Options, users: int, points: Sequence[Point]) -> None:
        """Add a run that has ended; one without points has shown nothing."""
        if not points:
            return
        self._number += 1
        load = f"{users} users, rooms of {options.room_size}, {options.rate:g} messages/s each"
        name = f"{self._number}: {options.arm or options.url}, {load}, {points[-1].at_s:.0f} s"
        self.kept = [*self.kept, Run(self._number, name, list(points))][-KEPT:]

    def compare(self, first: int, second: int) -> list[Compared] | None:
        """What two runs tell apart; None if one of them is not there."""
        found = {run.number: run for run in self.kept}
        if first not in found or second not in found:
            return None
        points = found[first].points, found[second].points
        return [_compared(metric, read, *points) for metric, read in _METRICS.items()]


def _compared(
    metric: str, read: Reading, first: Sequence[Point], second: Sequence[Point]
) -> Compared:
    one, other = _batches(read, first), _batches(read, second)
    means = _mean(one), _mean(other)
    least = min(one.size, other.size)
    if least < _LEAST:
        words = "too short to tell" if least else "not measured in both"
        return Compared(metric, means[0], means[1], None, None, None, words)
    apart = float(other.mean() - one.mean())
    reach = _half_width(one, other)
    ratio, low, high = math.exp(apart), math.exp(apart - reach), math.exp(apart + reach)
    return Compared(metric, means[0], means[1], ratio, low, high, _words(ratio, low, high))


def _batches(read: Reading, points: Sequence[Point]) -> NDArray[np.float64]:
    """Means of logarithms over parts of a run: seconds next to each other are alike."""
    values = [read(point) for point in points if point.at_s > _JOINING_S]
    logs = np.log([value for value in values if value is not None])
    parts = np.array_split(logs, min(_BATCHES, logs.size)) if logs.size else []
    return np.array([part.mean() for part in parts], dtype=np.float64)


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
    return float(stats.t.ppf((1 + _CONFIDENCE) / 2, total**2 / parts)) * math.sqrt(total)


def _words(ratio: float, low: float, high: float) -> str:
    interval = f"({low:.2f}–{high:.2f})"
    if low >= 1 / _SAME and high <= _SAME:
        return f"the same within 10 % {interval}"
    if low <= 1 <= high:
        return f"no difference shown {interval}"
    return f"the second has {ratio:.2f} times as much {interval}"
