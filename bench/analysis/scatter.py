"""How much costs scatter: between the starts of one program, and between the rounds of a start.

The model of the logarithm of a cost:

    value[arm, start, round] = arm + arm x start + round + noise

The round's effect is common to all arms, so it cancels in a pair. The effect of arm x start is what
differs between two starts of the same program (the layout of its memory, the order of its tables).
An arm with two starts has one degree of freedom for it, with which Student's t is 12.7. So the
variance between starts is pooled over all arms of the run. Assumption: it is about equal for all
arms. The variance within a start is not pooled: a C relay does not scatter as Django does.
"""

from dataclasses import dataclass

import numpy as np

from bench.analysis.slots import Floats


@dataclass(frozen=True, slots=True)
class StartScatter:
    """How the arms' means of a start scatter.

    `estimate` is the variance between starts of one arm, which may be negative by chance, and
    `doubt` is half the variance of that estimate. `mean_square` is of arm x start, noise of rounds
    included, without weights, and `freedom` its degrees.
    """

    estimate: float
    doubt: float
    mean_square: float
    freedom: float

    @property
    def variance(self) -> float:
        """The variance between starts of one arm, at least 0."""
        return max(0.0, self.estimate)

    def term(self, factor: float) -> tuple[float, float]:
        """`factor` times the variance as a term of `satterthwaite`.

        The doubt is there even if the variance is 0: with few arms, an estimate that is small by
        chance would give a narrow interval.
        """
        return factor * self.variance, factor**2 * self.doubt


def start_scatter(values: Floats) -> StartScatter:
    """The scatter between starts, pooled over the arms that are in all starts.

    An arm whose rounds scatter much says little about its starts, so it gets less weight: the
    square of the inverse of its variance. Arms differ in this by a factor of ten, because a
    collection of garbage falls in few slots of a Django process.

    `values` has the shape (arms, starts, rounds), with NaN where a slot is missing. Raises
    ValueError with fewer than two such arms, two starts, or two rounds in a start.
    """
    rounds = np.sum(~np.isnan(values), axis=-1)
    complete = values[np.all(rounds >= 2, axis=-1)]
    arms, starts = complete.shape[:2]
    if arms < 2 or starts < 2:
        raise ValueError("the scatter between starts needs two arms and two starts")
    means = np.nanmean(complete, axis=-1)
    noise, noise_freedom = _noise_of_means(complete)
    estimate, doubt = 0.0, 0.0
    for _ in range(_STEPS):
        spread = max(0.0, estimate) + noise
        share = (1 / spread) / np.sum(1 / spread)
        found = means - means.mean(axis=1, keepdims=True)
        found -= np.sum(share[:, None] * found, axis=0)
        freedom = (starts - 1) * (1 - share)
        between = np.sum(found**2, axis=1) / freedom
        weight = (1 - share) / spread**2
        estimate = float(np.sum(weight * (between - noise)) / np.sum(weight))
        likely = max(0.0, estimate) + noise
        doubts = likely**2 / freedom + noise**2 / noise_freedom
        doubt = float(np.sum(weight**2 * doubts) / np.sum(weight) ** 2)
    freedom_of_all = (arms - 1) * (starts - 1)
    mean_square = float(np.sum(_without_margins(means) ** 2)) / freedom_of_all
    return StartScatter(estimate, doubt, mean_square, freedom_of_all)


_STEPS = 3
"""The weights depend on the estimate: from the second step on, both hardly change."""


def _noise_of_means(values: Floats) -> tuple[Floats, Floats]:
    """Each arm's variance of a start's mean that comes from its rounds, and its degrees."""
    centred = values - mean_over_rounds(values)
    residual = centred - mean_over_arms(centred)
    arms = len(values)
    found = np.sum(~np.isnan(values), axis=-1)
    freedom = np.maximum(1.0, np.sum(found - 1, axis=1) * (arms - 1) / arms)
    squares = np.nansum(residual**2, axis=(1, 2)) / freedom
    per_mean = np.mean(1 / found, axis=1)
    # An arm without any noise would have all the weight.
    least = 1e-3 * float(np.mean(squares)) or 1e-12
    return np.asarray(np.maximum(squares, least) * per_mean, dtype=np.float64), freedom


def noise_of(values: Floats) -> tuple[float, float]:
    """The mean square of a slot after arm x start and round, and its degrees."""
    centred = values - mean_over_rounds(values)
    residual = centred - mean_over_arms(centred)
    arms, starts, rounds = values.shape
    missing = int(np.isnan(values).sum())
    freedom = max(1, (arms - 1) * starts * (rounds - 1) - missing)
    return float(np.nansum(residual**2)) / freedom, freedom


def mean_over_rounds(values: Floats) -> Floats:
    """The mean over the last axis, which stays with length 1; NaN where no round has a value."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=-1, keepdims=True)
    return np.asarray(np.where(count, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def mean_over_arms(values: Floats) -> Floats:
    """The mean over the first axis, without NaN; NaN where no arm has a value."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def _without_margins(table: Floats) -> Floats:
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    return np.asarray(table - rows - columns + table.mean(), dtype=np.float64)
