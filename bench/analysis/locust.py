"""A saved run of Locust: its quantities with intervals over the run's time."""

import math

import numpy as np

from bench.analysis.estimate import Estimate
from bench.envelope.locust import LocustRun
from bench.load.suite.batches import IN_TURNS, LEAST, METRICS, batches, paired_batches


def estimates(run: LocustRun) -> dict[str, Estimate | None]:
    """By the name of the quantity: its geometric mean over time.

    None where it was not measured, or for too short a time to have an interval.
    """
    found: dict[str, Estimate | None] = {}
    for name in IN_TURNS if run.against else METRICS:
        logs = batches(METRICS[name], run.points)
        found[name] = None
        if logs.size >= LEAST:
            error = float(logs.std(ddof=1)) / math.sqrt(logs.size)
            found[name] = Estimate(float(np.mean(logs)), error, float(logs.size - 1))
    return found


def ratio(name: str, above: LocustRun, below: LocustRun) -> Estimate | None:
    """A quantity of one chat divided by that of the other, of two that took turns.

    None where it was not measured in both, or for too short a time.
    """
    one, other = paired_batches(METRICS[name], above.points, below.points)
    if one.size < LEAST:
        return None
    apart = one - other
    error = float(apart.std(ddof=1)) / math.sqrt(apart.size)
    return Estimate(float(apart.mean()), error, float(apart.size - 1))
