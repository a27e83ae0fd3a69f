"""The soak: how many members still heard at its end, and what grew meanwhile.

What grew is the slope of a line through the means of blocks of samples. Neighbouring samples are
alike, for memory comes in steps; blocks are not, so that the interval is an honest one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.analysis.estimate import Difference
from bench.envelope.soak import SoakEntry, SoakSample

BLOCKS: Final = 8
WARM_UP: Final = 0.25
"""The first part of a soak, in which caches fill, does not count."""
_LEAST: Final = 2 * BLOCKS
_HOUR_S: Final = 3600.0
_THOUSAND: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all arms; `deliveries` counts a message once for each member."""

    arms: int
    members: int
    deaf: int
    closed: int
    said: int
    deliveries: int
    missing: int
    repeated: int


def totals(entries: Sequence[SoakEntry]) -> Totals:
    """The sums over these entries."""
    return Totals(
        arms=len(entries),
        members=sum(each.members for each in entries),
        deaf=sum(len(each.deaf) for each in entries),
        closed=sum(len(each.closed) for each in entries),
        said=sum(each.said for each in entries),
        deliveries=sum(each.deliveries for each in entries),
        missing=sum(each.missing for each in entries),
        repeated=sum(each.repeated for each in entries),
    )


@dataclass(frozen=True, slots=True)
class Trends:
    """What grew, with 95 % intervals."""

    connections: int
    """Members that came and went in the time that counts."""
    memory_kib: Difference
    """For each of them, of all server processes."""
    descriptors: Difference
    """For a thousand of them."""
    latency_ms: Difference | None
    """The median of deliveries, in an hour; None with too few deliveries."""


def trends(entry: SoakEntry) -> Trends | None:
    """What grew in this arm; None with too few samples."""
    counted = entry.samples[int(WARM_UP * len(entry.samples)) :]
    if len(counted) < _LEAST or counted[-1].connections == counted[0].connections:
        return None
    came = [float(each.connections) for each in counted]
    return Trends(
        counted[-1].connections - counted[0].connections,
        slope(came, [each.memory_kib for each in counted]),
        slope([each / _THOUSAND for each in came], [float(each.descriptors) for each in counted]),
        _latency([each for each in counted if each.p50_us]),
    )


def _latency(heard: Sequence[SoakSample]) -> Difference | None:
    if len(heard) < _LEAST:
        return None
    hours = [each.at_s / _HOUR_S for each in heard]
    return slope(hours, [each.p50_us / _THOUSAND for each in heard])


def slope(xs: Sequence[float], ys: Sequence[float]) -> Difference:
    """Of the line with the least squares through the means of `BLOCKS` blocks of neighbours."""
    x, y = (
        np.array([block.mean() for block in np.array_split(np.asarray(each), BLOCKS)])
        for each in (xs, ys)
    )
    centred = x - x.mean()
    squares = float(np.sum(centred**2))
    value = float(np.sum(centred * y)) / squares
    left = y - y.mean() - value * centred
    freedom = BLOCKS - 2
    error = math.sqrt(float(np.sum(left**2)) / freedom / squares)
    return Difference(value, error, freedom)
