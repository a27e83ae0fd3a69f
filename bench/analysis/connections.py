"""What one connection costs, from a crowd of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.envelope.connections import ConnectionsEntry, Handshakes, Identity

_HOUR_S: Final = 3600.0
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Coming:
    """Handshakes of crowds of one identity: the middle crowd, and the ends of all crowds."""

    crowds: int
    cpu_ms: float
    """CPU of servers and engines for one handshake."""
    least_ms: float
    most_ms: float
    per_second: float
    """Handshakes a second."""
    failed: int
    longest_wait_s: float | None
    """Of a member that was there, in all crowds; None if no run measured it."""


def process_kib(entry: ConnectionsEntry) -> float:
    """Resident memory of the server processes for one more connection, in KiB."""
    return _slope([(step.connections, step.process_kib) for step in entry.idle])


def kernel_kib(entry: ConnectionsEntry) -> float:
    """Memory of the kernel for one more connection with both of its ends, in KiB."""
    return _slope([(step.connections, step.kernel_kib) for step in entry.idle])


def connections(entry: ConnectionsEntry) -> int:
    """How many were idle at once."""
    return max(step.connections for step in entry.idle)


def idle_cpu_s(entry: ConnectionsEntry) -> float:
    """CPU seconds that a thousand idle connections take in an hour, beside the empty server's."""
    more = entry.idle_cpu_s - entry.empty_cpu_s
    return _THOUSAND * more / connections(entry) * _HOUR_S / entry.idle_seconds


def coming(entry: ConnectionsEntry, identity: Identity) -> Coming | None:
    """What a handshake of this identity costs; None if none was made."""
    crowds = [each for each in entry.handshakes if each.identity == identity and each.count]
    if not crowds:
        return None
    costs = [1000 * each.cpu_s / each.count for each in crowds]
    return Coming(
        len(crowds),
        statistics.median(costs),
        min(costs),
        max(costs),
        statistics.median(each.count / each.seconds for each in crowds),
        sum(sum(each.failures.values()) for each in crowds),
        max((wait for each in crowds if (wait := each.longest_wait_s) is not None), default=None),
    )


def given_back(entry: ConnectionsEntry) -> float | None:
    """The share of the memory of all connections that was free again after the first crowd.

    Of resident memory: what an allocator keeps for later counts as not given back. None without a
    crowd.
    """
    if not entry.handshakes:
        return None
    empty, full = entry.idle[0].process_kib, entry.idle[-1].process_kib
    return (full - entry.handshakes[0].process_left_kib) / (full - empty)


def kept_kib(entry: ConnectionsEntry) -> float | None:
    """What each further crowd of guests leaves behind, in KiB for each of its connections.

    From the first crowd to the last, because the first one also fills what is used again. None
    with fewer than two crowds.
    """
    guests: Sequence[Handshakes] = [each for each in entry.handshakes if each.identity == "guest"]
    if len(guests) < 2:
        return None
    came = sum(each.count for each in guests[1:])
    return (guests[-1].process_left_kib - guests[0].process_left_kib) / max(1, came)


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line through the points with the least squares."""
    xs, ys = (np.asarray(each, dtype=np.float64) for each in zip(*points, strict=True))
    centred = xs - xs.mean()
    return float(np.sum(centred * ys) / np.sum(centred**2))
