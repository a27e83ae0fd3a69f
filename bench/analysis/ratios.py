"""The cost of an arm, and the ratio of two arms, each with an interval that knows both levels.

Rounds are nested in starts, as iterations are in executions (Kalibera & Jones, Rigorous
benchmarking in reasonable time, 2013). The variance of a mean over S starts of R rounds is

    variance between starts / S + variance within a start / (S R)

Degrees of freedom are Satterthwaite's. `scatter.py` says where the two variances come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bench.analysis.estimate import Estimate, known_by, satterthwaite
from bench.analysis.scatter import StartScatter, start_scatter
from bench.analysis.slots import Floats, SlotTable, log_costs

_BATCHES = 5  # of neighbouring rounds in each start, for the cost of a single arm


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of one condition: a value for each slot, and the scatter between starts.

    `values` has the shape (arms, starts, rounds): logarithms of µs per unit of work.
    """

    arms: tuple[str, ...]
    values: Floats
    scatter: StartScatter

    def ratio(self, above: str, below: str) -> Estimate:
        """The cost of `above` divided by the cost of `below`.

        Raises ValueError for an unknown arm, or if they have no start with two common rounds.
        """
        return self.combination({above: 1.0, below: -1.0})

    def combination(self, weights: Mapping[str, float]) -> Estimate:
        """The sum of the logarithms of the costs with these weights, by arm.

        Only rounds in which all of these arms have a slot count. Raises ValueError as `ratio` does.
        """
        weighted = [weight * self.values[self._index(arm)] for arm, weight in weights.items()]
        means, within, freedom = _by_start(np.sum(weighted, axis=0))
        squares = sum(weight**2 for weight in weights.values())
        terms = (self.scatter.term(squares / means.size), known_by(within, freedom))
        error, degrees = satterthwaite(terms)
        return Estimate(float(means.mean()), error, degrees)

    def cost(self, arm: str) -> Estimate:
        """The cost of an arm in µs per unit of work, at the speed that the core had in this run.

        The speed of a core drifts, so neighbouring rounds are alike, and the noise within a start
        is taken from means of neighbouring rounds. Between two hours the speed may change by more
        than the interval says. Raises ValueError as `ratio` does.
        """
        values = self.values[self._index(arm)]
        means, _, _ = _by_start(values)
        variance, freedom = _batched(values)
        terms = (self.scatter.term(1 / means.size), known_by(variance, freedom))
        error, degrees = satterthwaite(terms)
        return Estimate(float(means.mean()), error, degrees)

    def _index(self, arm: str) -> int:
        if arm not in self.arms:
            raise ValueError(f"the arm {arm} has no slot")
        return self.arms.index(arm)


def costs(table: SlotTable) -> Costs:
    """The costs of a condition. Raises ValueError with fewer than two arms or two starts."""
    values = log_costs(table.cpu_us, table.work)
    return Costs(table.arms, values, start_scatter(values))


def _by_start(values: Floats) -> tuple[Floats, float, float]:
    """The mean of each start; the variance of the mean of all from the rounds, and its degrees."""
    there = ~np.isnan(values)
    rounds = there.sum(axis=-1)
    enough = rounds >= 2
    if not enough.any():
        raise ValueError("there is no start with two rounds")
    used, there, count = values[enough], there[enough], rounds[enough]
    # Not nanmean and nanvar: they take most of the time of a report with its thousands of pairs.
    means = np.where(there, used, 0.0).sum(axis=-1) / count
    deviations = np.where(there, used - means[:, np.newaxis], 0.0)
    squares = (deviations**2).sum(axis=-1) / (count - 1)
    variance = float(np.sum(squares / count)) / means.size**2
    return np.asarray(means), variance, float(np.sum(count - 1))


def _batched(values: Floats) -> tuple[float, float]:
    """The variance of the mean of all rounds, from batches of neighbours, and its degrees."""
    batches = [
        float(np.mean(batch))
        for start in values
        for batch in np.array_split(start[~np.isnan(start)], _BATCHES)
        if batch.size
    ]
    if len(batches) < 2:
        raise ValueError("there is no start with two rounds")
    return float(np.var(batches, ddof=1)) / len(batches), float(len(batches) - 1)
