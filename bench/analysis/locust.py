"""A saved run of Locust: its quantities with intervals over the run's time."""

import math

import numpy as np

from bench.analysis.estimate import Estimate
from bench.envelope.locust import LocustRun
from bench.load.suite.batches import LEAST, METRICS, batches


def estimates(run: LocustRun) -> dict[str, Estimate | None]:
    """By the name of the quantity: its geometric mean over time.

    None where it was not measured, or for too short a time to have an interval.
    """
    found: dict[str, Estimate | None] = {}
    for name, read in METRICS.items():
        logs = batches(read, run.points)
        found[name] = None
        if logs.size >= LEAST:
            error = float(logs.std(ddof=1)) / math.sqrt(logs.size)
            found[name] = Estimate(float(np.mean(logs)), error, float(logs.size - 1))
    return found
