"""Collects arrivals frame by frame and turns them into latencies in bulk."""

import time

import numpy as np
from numpy.typing import NDArray

from bench.load.histogram import Histogram
from bench.load.tally import Tally

clock = time.monotonic_ns
"""The clock in ns; all processes of a host share it."""

NEVER_NS = (1 << 63) - 1


class Window:
    """The results of the messages that were due between `start_ns` and `end_ns`."""

    def __init__(self, start_ns: int = NEVER_NS) -> None:
        self.start_ns = start_ns
        self.end_ns = NEVER_NS
        self.tally = Tally()
        self.latency = Histogram()
        self.lateness = Histogram()
        self.arrivals = 0
        """Deliveries of any message that arrived while the window was open."""
        self.kept: list[tuple[NDArray[np.int64], NDArray[np.int64]]] | None = None
        """Due times in ns and latencies in µs of all deliveries, if this was set to a list."""


class Stream:
    """Arrivals at the members of one kind since the last flush.

    Members append to three lists. `due_ns` gets the due time of each message as it arrives. At the
    end of each chunk from a socket, `chunk_ns` gets the clock, and `chunk_ends` the number of
    messages until then.
    """

    def __init__(self) -> None:
        self.due_ns: list[int] = []
        self.chunk_ns: list[int] = []
        self.chunk_ends: list[int] = []

    def take(self) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Due times and arrival times of all messages, and the last frame's time or 0."""
        if len(self.due_ns) > (self.chunk_ends[-1] if self.chunk_ends else 0):
            # A connection broke in the middle of a chunk, so that its end had no stamp.
            self.chunk_ns.append(clock())
            self.chunk_ends.append(len(self.due_ns))
        due = np.fromiter(self.due_ns, np.int64, len(self.due_ns))
        ends = np.fromiter(self.chunk_ends, np.int64, len(self.chunk_ends))
        stamps = np.fromiter(self.chunk_ns, np.int64, len(self.chunk_ns))
        last_ns = self.chunk_ns[-1]
        # The members hold the append methods of these lists, so the lists must stay the same.
        self.due_ns.clear()
        self.chunk_ns.clear()
        self.chunk_ends.clear()
        return due, np.repeat(stamps, np.diff(ends, prepend=0)), last_ns


class Recorder:
    """Arrivals since the last `flush`, by the kind of the members."""

    def __init__(self) -> None:
        self.lateness_ns: list[int] = []
        """The delay from the due time until the message went out, for each message."""
        self.window = Window()
        self.last_frame_ns = 0
        """The arrival time of the last frame of any kind."""
        self.messages = 0
        self.recent: dict[str, list[NDArray[np.int64]]] | None = None
        """Recent latencies in µs by kind, for a reader that sets this; None without a reader."""
        self._streams: dict[str, Stream] = {}

    def stream(self, kind: str) -> Stream:
        """Where the members of this kind note what arrives."""
        return self._streams.setdefault(kind, Stream())

    def flush(self) -> None:
        """Add the collected arrivals and the lateness of sent messages to the window."""
        self._flush_lateness()
        for kind, stream in self._streams.items():
            if not (stream.chunk_ns or stream.due_ns):
                continue
            due, arrived, last_ns = stream.take()
            self.last_frame_ns = max(self.last_frame_ns, last_ns)
            if due.size:
                self.messages += int(due.size)
                self._record(kind, due, arrived)

    def _flush_lateness(self) -> None:
        if self.lateness_ns:
            if self.window.start_ns != NEVER_NS:
                late = np.fromiter(self.lateness_ns, np.int64, len(self.lateness_ns))
                self.window.lateness.record(late // 1000)
            self.lateness_ns.clear()

    def _record(self, kind: str, due: NDArray[np.int64], arrived: NDArray[np.int64]) -> None:
        window = self.window
        # Times of arrival ascend, so the window's part of them is one slice.
        first, last = np.searchsorted(arrived, (window.start_ns, window.end_ns))
        window.arrivals += int(last - first)
        counted = due >= window.start_ns
        if not counted.all():
            due, arrived = due[counted], arrived[counted]
        latencies = (arrived - due) // 1000
        window.tally.delivered += int(due.size)
        window.latency.record(latencies)
        if window.kept is not None:
            window.kept.append((due, latencies))
        if self.recent is not None and latencies.size:
            self.recent.setdefault(kind, []).append(latencies)
