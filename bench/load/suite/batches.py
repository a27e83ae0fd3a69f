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
IN_TURNS: Final = tuple(METRICS)[:3]
"""Of a chat that takes turns. Its deliveries a second are those of the load, less the wait at the
end of each turn: they do not say how many it can do."""
LEAST: Final = 5
"""With fewer parts, there is no interval."""

_JOINING_S: Final = 3.0
"""Until then the users join, and the figures are those of handshakes."""
_BATCHES: Final = 10


def batches(read: Reading, points: Sequence[Point]) -> NDArray[np.float64]:
    """Means of logarithms, one for each part of a run; empty where nothing was measured."""
    values = [read(point) for point in points if point.at_s > _JOINING_S]
    return _means(np.log([value for value in values if value is not None]))


def paired_batches(
    read: Reading, first: Sequence[Point], second: Sequence[Point]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `batches`, for two chats that took turns: of the points at which both were measured."""
    pairs = [
        (read(one), read(other))
        for one, other in zip(first, second, strict=False)
        if one.at_s > _JOINING_S
    ]
    whole = [(one, other) for one, other in pairs if one is not None and other is not None]
    return _means(np.log([one for one, _ in whole])), _means(np.log([other for _, other in whole]))


def _means(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    parts = np.array_split(logs, min(_BATCHES, logs.size)) if logs.size else []
    return np.array([part.mean() for part in parts], dtype=np.float64)
