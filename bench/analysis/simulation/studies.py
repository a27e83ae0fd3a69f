"""How often intervals cover, how wide they are, how often they tell two arms apart."""

import math
from dataclasses import dataclass

import numpy as np

from bench.analysis.ratios import costs
from bench.analysis.ruler import judge_ruler
from bench.analysis.simulation.core import Core, repeated, true_ratio
from bench.analysis.slots import SlotTable


@dataclass(frozen=True, slots=True)
class Study:
    """Shares and medians over simulated runs, for the first arm divided by the second.

    `coverage`: of intervals that contain the true ratio. `power`: of intervals that exclude 1.
    `half_width`: the median, as a share. `bias` and `scatter` are of the logarithm of the ratio;
    `bias_of_slot_ratios` is what the mean logarithm of single slots' ratios would have.
    """

    coverage: float
    power: float
    half_width: float
    bias: float
    scatter: float
    bias_of_slot_ratios: float
    ruler_used: float


def study(core: Core, runs: int, seed: int, ruler: bool = True) -> Study:
    """Simulate and analyse `runs` runs, with the rule for the ruler or without any ruler."""
    truth = true_ratio(core, 0, 1)
    found, naive, used = [], [], 0
    for table in repeated(core, runs, seed):
        naive.append(_slot_ratios(table))
        rule = judge_ruler([table]) if ruler else None
        used += rule.used if rule else 0
        found.append(costs(rule.applied(table) if rule else table).ratio(*core.arms[:2]))
    logs = np.array([estimate.log for estimate in found])
    return Study(
        coverage=float(np.mean([e.contains(math.exp(truth)) for e in found])),
        power=float(np.mean([not e.contains(1.0) for e in found])),
        half_width=float(np.median([e.half_width for e in found])),
        bias=float(logs.mean()) - truth,
        scatter=float(logs.std()),
        bias_of_slot_ratios=float(np.mean(naive)) - truth,
        ruler_used=used / runs,
    )


def _slot_ratios(table: SlotTable) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(table.cpu_us / table.work)
    first, second = (logs[arm][np.isfinite(logs[arm])] for arm in (0, 1))
    return float(first.mean() - second.mean())
