"""The ruler as a covariate: the cost of a slot, corrected for the speed that the core had then.

The rule is fixed beforehand, and holds for a whole run, never for a pair. The ruler is used if

1. it narrows intervals: the slope found in all other starts, applied to a start, lowers the noise
   of its slots by at least `LEAST_GAIN` in standard deviation (the mean over conditions), and
2. it does not depend on the arm: the F test of the ruler over arms, with rounds as blocks, has no p
   below `DEPENDS` (Bonferroni over the conditions). Otherwise, a part of the arm's own cost would
   be taken away, for instance if one arm heats the core.

The order of the arms in a round is random, so the correction adds no bias, whatever its slope.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.analysis.distributions import f_tail
from bench.analysis.scatter import mean_over_arms, mean_over_rounds, noise_of
from bench.analysis.slots import Floats, SlotTable, log_costs
from bench.analysis.wording import percent

LEAST_GAIN = 0.05
DEPENDS = 0.01


@dataclass(frozen=True, slots=True)
class Ruler:
    """Whether the ruler is used in a run, its slope, and what it gives.

    `slope` is of log cost over log ruler. `gain` is the share of the noise that it takes away.
    `reason` is one sentence for the page.
    """

    used: bool
    slope: float
    gain: float
    reason: str

    def applied(self, table: SlotTable) -> SlotTable:
        """The table at the mean speed of its core; the table as it is if the ruler is not used."""
        return _corrected(table, np.full(table.cpu_us.shape[1], self.slope)) if self.used else table


def judge_ruler(tables: Sequence[SlotTable]) -> Ruler:
    """Decide for a whole run; `tables` are its conditions, each with at least two starts."""
    slope = _slope([_moments(table).sum(axis=0) for table in tables])
    gain = _gain(tables)
    if gain < LEAST_GAIN:
        sentence = f"The ruler is not used: it takes away {percent(gain)} of the noise."
        return Ruler(False, slope, gain, sentence)
    if min(_depends(table) for table in tables) < DEPENDS / len(tables):
        sentence = "The ruler is not used: it depends on the arm that was measured."
        return Ruler(False, slope, gain, sentence)
    used = f"The ruler is used, with a slope of {slope:.2f}"
    sentence = f"{used}: it takes away {percent(gain)} of the noise."
    return Ruler(True, slope, gain, sentence)


def _gain(tables: Sequence[SlotTable]) -> float:
    """The share of the standard deviation that slopes of the other starts take away."""
    moments = [_moments(table) for table in tables]
    starts = max(found.shape[0] for found in moments)
    slopes = np.array(
        [
            _slope([np.delete(found, start, axis=0).sum(axis=0) for found in moments])
            for start in range(starts)
        ]
    )
    shares = []
    for table in tables:
        before = noise_of(log_costs(table.cpu_us, table.work))[0]
        corrected = _corrected(table, slopes[: table.cpu_us.shape[1]])
        after = noise_of(log_costs(corrected.cpu_us, corrected.work))[0]
        if before > 0:
            shares.append(math.log(max(after, 1e-12) / before) / 2)
    return -math.expm1(float(np.mean(shares))) if shares else 0.0


def _corrected(table: SlotTable, slopes: Floats) -> SlotTable:
    """The table with another slope in each start."""
    logs = np.log(table.ruler_us)
    shift = np.nan_to_num(logs - np.nanmean(logs)) * slopes[None, :, None]
    return replace(table, cpu_us=table.cpu_us * np.exp(-shift))


def _moments(table: SlotTable) -> Floats:
    """For each start: the sums of ruler x ruler and of ruler x cost, over the noise's variance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = np.log(table.cpu_us / table.work)
    cost = np.where(np.isfinite(cost), cost, np.nan)
    ruler = np.where(np.isnan(cost), np.nan, np.log(table.ruler_us))
    x, y = _residual(ruler), _residual(cost)
    scale = float(np.nanmean(y**2)) or 1.0
    return np.stack([np.nansum(x * x, axis=(0, 2)), np.nansum(x * y, axis=(0, 2))], axis=1) / scale


def _slope(moments: Sequence[Floats]) -> float:
    square, product = np.sum(moments, axis=0)
    return float(product / square) if square > 0 else 0.0


def _depends(table: SlotTable) -> float:
    """The p of "the ruler is the same for all arms", with rounds as blocks."""
    logs = np.log(table.ruler_us)
    blocked = logs - mean_over_arms(logs)
    count = np.sum(~np.isnan(blocked), axis=(1, 2))
    means = np.nanmean(blocked, axis=(1, 2))
    between = float(np.sum(count * means**2)) / (len(table.arms) - 1)
    rest = blocked - means[:, None, None]
    rounds = int(np.sum(np.any(~np.isnan(blocked), axis=0)))
    freedom = float(count.sum()) - rounds - len(table.arms) + 1
    within = float(np.nansum(rest**2)) / freedom
    return f_tail(between / within, len(table.arms) - 1, freedom) if within > 0 else 1.0


def _residual(values: Floats) -> Floats:
    centred = values - mean_over_rounds(values)
    return np.asarray(centred - mean_over_arms(centred), dtype=np.float64)
