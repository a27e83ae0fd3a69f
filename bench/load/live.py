"""A run without a fixed end, for Locust's web UI: it samples a window that stays open."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bench.load.cell import limit_reached
from bench.load.histogram import Histogram
from bench.load.plane import Plane
from bench.load.tally import Tally

SETTLE_S = 5.0
"""A message counts as lost after this time without an arrival, or after twice as long at most."""
STOP_DRAIN_S = 5.0
ENOUGH_SENDS = 100
"""With fewer messages, 1 in 100 would be a single message."""

_NS = 1_000_000_000


@dataclass(slots=True)
class Report:
    """The counts of one process since the start of the run."""

    tally: Tally = field(default_factory=Tally)
    latency: Histogram = field(default_factory=Histogram)
    lateness: Histogram = field(default_factory=Histogram)
    busy: float = 0.0
    """The recent share of one core; the highest of several processes."""

    def merge(self, other: Self) -> None:
        """Add another process's counts."""
        self.tally.add(other.tally)
        self.latency.merge(other.latency)
        self.lateness.merge(other.lateness)
        self.busy = max(self.busy, other.busy)

    def refusal(self) -> str | None:
        """The reason why this measured the generator and not the server, or None."""
        enough = self.lateness.count >= ENOUGH_SENDS
        return limit_reached(self.busy, self.lateness.percentile(99) if enough else 0)

    def portable(self) -> dict[str, Any]:
        """The data that a worker sends to its master."""
        return {
            "tally": self.tally.as_dict(),
            "latency": self.latency.portable(),
            "lateness": self.lateness.portable(),
            "busy": self.busy,
        }

    @classmethod
    def from_portable(cls, data: dict[str, Any]) -> Self:
        """The inverse of `portable`."""
        return cls(
            Tally.from_dict(data["tally"]),
            Histogram.from_portable(data["latency"]),
            Histogram.from_portable(data["lateness"]),
            data["busy"],
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """The arrivals since the last sample, and the counts since the start."""

    arrived_us: dict[str, NDArray[np.int64]]
    """The latencies by the kind of the members."""
    missed: Counter[tuple[str, str]]
    """Deliveries that were lost or are owed since, by kind and cause; below 0 for those that came
    late."""
    disconnects: Counter[tuple[str, str]]
    """Connections that were cut off, by kind and cause."""
    report: Report


class LiveRun:
    """Opens a window on a data plane and samples it. Its coroutines run in the plane's loop."""

    def __init__(self) -> None:
        self._missed: Counter[tuple[str, str]] = Counter()
        self._disconnects = 0
        self._marks: dict[str, list[int]] = {}
        self._settled_at = 0.0
        self._cpu_ns = 0
        self._wall_ns = 0

    async def start(self, plane: Plane, rate: float) -> None:
        """Start all counts at 0. Present and future members talk at this rate."""
        plane.open_window(rate)
        # Not before: the arrivals until now belong to the counts before.
        plane.recorder.recent = {}
        self._missed.clear()
        self._disconnects = len(plane.disconnects)
        self._marks.clear()
        self._settled_at = time.monotonic()
        self._cpu_ns, self._wall_ns = time.process_time_ns(), time.monotonic_ns()

    async def sample(self, plane: Plane) -> Sample:
        """A sample of the arrivals since the last sample."""
        if time.monotonic() - self._settled_at > SETTLE_S:
            self._settle(plane)
        return self._take(plane)

    async def stop(self, plane: Plane) -> Sample:
        """Send nothing more, wait for messages in flight, and settle the ledger."""
        plane.close_window()
        await plane.drain(STOP_DRAIN_S)
        last = self._take(plane)
        plane.recorder.recent = None
        return last

    def _settle(self, plane: Plane) -> None:
        """Count messages as lost that were sent before the last call and are still missing."""
        self._settled_at = time.monotonic()
        for name, room in plane.rooms.items():
            ledger = room.ledger
            if name in self._marks:
                ledger.settle(self._marks[name])
            self._marks[name] = [sender.sent for sender in ledger.senders]

    def _take(self, plane: Plane) -> Sample:
        plane.check()
        recorder = plane.recorder
        recorder.flush()
        recent, recorder.recent = recorder.recent or {}, {}
        window = recorder.window
        missed = window.tally.missed.copy()
        since = missed.copy()
        since.subtract(self._missed)
        self._missed = missed
        cut = Counter((ended.kind, ended.cause) for ended in plane.disconnects[self._disconnects :])
        self._disconnects = len(plane.disconnects)
        report = Report(busy=self._busy())
        report.tally.add(window.tally)
        report.latency.merge(window.latency)
        report.lateness.merge(window.lateness)
        return Sample(joined(recent), since, cut, report)

    def _busy(self) -> float:
        cpu_ns, wall_ns = time.process_time_ns(), time.monotonic_ns()
        busy = (cpu_ns - self._cpu_ns) / max(1, wall_ns - self._wall_ns)
        self._cpu_ns, self._wall_ns = cpu_ns, wall_ns
        return busy


def joined(recent: Mapping[str, Sequence[NDArray[np.int64]]]) -> dict[str, NDArray[np.int64]]:
    """One array for each kind."""
    return {kind: np.concatenate(parts) for kind, parts in recent.items()}
