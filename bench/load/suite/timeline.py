"""A run as points in time: what came, how late, and what it cost, interval by interval."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from bench.envelope.locust import Point
from bench.load.histogram import Histogram
from bench.load.live import Report
from bench.load.suite.processes import Usage
from bench.load.tally import Tally

KEPT: Final = 1200
"""With more points, each two become one: the page draws no more than it has pixels."""


@dataclass(slots=True)
class Spent:
    """The time and the CPU of the turns of a chat."""

    offered_s: float = 0.0
    """In which messages were due."""
    served_s: float = 0.0
    """Until the last of them had arrived."""
    cpu_s: dict[str, float] = field(default_factory=dict)

    def add(self, offered_s: float, served_s: float, cpu_s: Mapping[str, float]) -> None:
        """One more turn."""
        self.offered_s += offered_s
        self.served_s += served_s
        for role, seconds in cpu_s.items():
            self.cpu_s[role] = self.cpu_s.get(role, 0.0) + seconds

    def shares(self) -> dict[str, float]:
        """The share of one core of each role, in the turns."""
        return {role: round(used / self.served_s, 4) for role, used in self.cpu_s.items()}


class Timeline:
    """The points of one run; at least `every_s` seconds lie between two of them."""

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.points: list[Point] = []
        self.run = 0
        """How often the points began again: at each start and reset of a run."""
        self.merged = 0
        """How often each two points became one."""
        self._every_s = every_s
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Forget the points: a run starts, or its counts are reset."""
        self.points.clear()
        self.run += 1
        self.merged = 0
        self._began = self._at = self._clock()
        self._step_s = self._every_s
        self._tally = Tally()
        self._latency, self._lateness = Histogram(), Histogram()

    def due(self) -> bool:
        """Whether it is time for the next point."""
        return self._clock() - self._at >= self._step_s

    def add(self, report: Report, usage: Usage, turns: Spent | None = None) -> None:
        """A point for the time since the last one, or for the turns since then.

        `report` has the counts since the start.
        """
        now = self._clock()
        seconds = offered_s = max(now - self._at, 1e-9)
        if turns is not None and turns.served_s:
            seconds, offered_s = turns.served_s, turns.offered_s
        before, tally = self._tally, report.tally
        latency = report.latency.since(self._latency)
        self.points.append(
            Point(
                at_s=round(now - self._began, 2),
                seconds=round(seconds, 2),
                sent=_rate(tally.sent - before.sent, offered_s),
                expected=_rate(tally.expected - before.expected, offered_s),
                delivered=_rate(tally.delivered - before.delivered, seconds),
                p50=latency.percentile(50),
                p99=latency.percentile(99),
                p999=latency.percentile(99.9),
                lateness_p99=report.lateness.since(self._lateness).percentile(99),
                generator=round(report.busy, 3),
                lost=tally.lost,
                late=tally.late,
                owed=tally.owed,
                duplicates=tally.duplicates,
                reordered=tally.reordered,
                cpu=usage.cpu,
                memory=usage.memory,
            )
        )
        self._at = now
        self._tally = Tally.from_dict(tally.as_dict())
        self._latency, self._lateness = report.latency.copy(), report.lateness.copy()
        if len(self.points) > KEPT:
            self._thin_out()

    def _thin_out(self) -> None:
        points = self.points
        odd = points[len(points) // 2 * 2 :]
        pairs = zip(points[::2], points[1::2], strict=False)
        self.points = [merged(*pair) for pair in pairs] + odd
        self._step_s *= 2
        self.merged += 1


def merged(first: Point, second: Point) -> Point:
    """One point for two intervals: mean rates, and of each latency the worse one."""
    seconds = first.seconds + second.seconds

    def mean(one: float, other: float) -> float:
        return round((one * first.seconds + other * second.seconds) / seconds, 3)

    return msgspec.structs.replace(
        second,
        seconds=round(seconds, 2),
        sent=mean(first.sent, second.sent),
        expected=mean(first.expected, second.expected),
        delivered=mean(first.delivered, second.delivered),
        p50=max(first.p50, second.p50),
        p99=max(first.p99, second.p99),
        p999=max(first.p999, second.p999),
        lateness_p99=max(first.lateness_p99, second.lateness_p99),
        generator=max(first.generator, second.generator),
        cpu={role: mean(first.cpu.get(role, share), share) for role, share in second.cpu.items()},
    )


def _rate(number: int, seconds: float) -> float:
    # Workers that report after a reset may leave fewer than before.
    return round(max(0, number) / seconds, 1)
