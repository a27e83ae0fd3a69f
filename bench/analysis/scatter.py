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
    """Variance of the arms' means of a start, after arm and start: two mean squares.

    `mean_square` is of arm x start, `freedom` its degrees. `within` is the part of it that comes
    from the noise of rounds, `within_freedom` its degrees.
    """

    mean_square: float
    freedom: float
    within: float
    within_freedom: float

    @property
    def variance(self) -> float:
        """The variance between starts of one arm, at least 0."""
        return max(0.0, self.mean_square - self.within)

    def term(self, factor: float) -> tuple[float, float]:
        """`factor` times the variance as a term of `satterthwaite`.

        The error of the estimate comes from both mean squares. It is there even if the estimate is
        0: with few arms, a mean square that is small by chance would give a narrow interval.
        """
        likely = max(self.mean_square, self.within)
        error = likely**2 / self.freedom + self.within**2 / self.within_freedom
        return factor * self.variance, factor**2 * error


def start_scatter(values: Floats) -> StartScatter:
    """The scatter between starts, pooled over the arms that are in all starts.

    `values` has the shape (arms, starts, rounds), with NaN where a slot is missing. Raises
    ValueError with fewer than two such arms, two starts, or two rounds in a start.
    """
    rounds = np.sum(~np.isnan(values), axis=-1)
    complete = values[np.all(rounds >= 2, axis=-1)]
    arms, starts = complete.shape[:2]
    if arms < 2 or starts < 2:
        raise ValueError("the scatter between starts needs two arms and two starts")
    means = np.nanmean(complete, axis=-1)
    freedom = (arms - 1) * (starts - 1)
    mean_square = float(np.sum(_without_margins(means) ** 2)) / freedom
    noise, noise_freedom = noise_of(complete)
    per_mean = float(np.mean(1 / np.sum(~np.isnan(complete), axis=-1)))
    return StartScatter(mean_square, freedom, noise * per_mean, noise_freedom)


def noise_of(values: Floats) -> tuple[float, float]:
    """The mean square of a slot after arm x start and round, and its degrees."""
    centred = values - np.nanmean(values, axis=-1, keepdims=True)
    residual = centred - mean_over_arms(centred)
    arms, starts, rounds = values.shape
    missing = int(np.isnan(values).sum())
    freedom = max(1, (arms - 1) * starts * (rounds - 1) - missing)
    return float(np.nansum(residual**2)) / freedom, freedom


def mean_over_arms(values: Floats) -> Floats:
    """The mean over the first axis, without NaN; NaN where no arm has a value."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def _without_margins(table: Floats) -> Floats:
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    return np.asarray(table - rows - columns + table.mean(), dtype=np.float64)
