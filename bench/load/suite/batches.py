"""A quantity of a run over time: means of its parts, because neighbouring seconds are alike."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.envelope.locust import Point

Reading = Callable[[Point], float | None]
"""Reads a positive quantity of a point; None where it was not measured."""

METRICS: Final[dict[str, Reading]] = {
    "Latency, p50 (ms)": lambda point: point.p50 / 1000 or None,
    "Latency, p99 (ms)": lambda point: point.p99 / 1000 or None,
    "CPU for a delivery (µs)": lambda point: point.cpu_per_delivery_us or None,
    "Deliveries a second": lambda point: point.delivered or None,
}
LEAST: Final = 5
"""With fewer parts, there is no interval."""

_JOINING_S: Final = 3.0
"""Until then the users join, and the figures are those of handshakes."""
_BATCHES: Final = 10


def batches(read: Reading, points: Sequence[Point]) -> NDArray[np.float64]:
    """Means of logarithms, one for each part of a run; empty where nothing was measured."""
    values = [read(point) for point in points if point.at_s > _JOINING_S]
    logs = np.log([value for value in values if value is not None])
    parts = np.array_split(logs, min(_BATCHES, logs.size)) if logs.size else []
    return np.array([part.mean() for part in parts], dtype=np.float64)
