"""Estimates from very few repeats.

A percentile bootstrap of three values is never wider than the three values. It covers the true
value in about 70 of 100 cases, but promises 95. So the bootstrap's deviations are widened by the
ratio of Student's t interval to the normal interval of the bootstrap. All computation is on
logarithms, because costs and times are positive and the noise of both is a factor.
"""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2
_NORMAL = 1.959964
# Student's t at 97.5 % by degrees of freedom; beyond the table, Cornish and Fisher's two terms.
_STUDENT = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
_ENUMERATED = 6  # up to this many values, all resamples (6**6) are taken and nothing is random
_RESAMPLES = 10_000
_SEED = 20_260_101

Floats = NDArray[np.float64]
Indices = NDArray[np.int_]
Statistic = Callable[[Floats], Floats]  # returns one value for each row


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval over `n` repeats. One repeat gives no interval."""

    value: float
    low: float | None
    high: float | None
    n: int

    @property
    def inverse(self) -> "Estimate":
        """The estimate of 1/x."""
        low = 1 / self.high if self.high else None
        high = 1 / self.low if self.low else None
        return Estimate(1 / self.value, low, high, self.n)


def _mean(rows: Floats) -> Floats:
    return np.asarray(np.mean(rows, axis=1), dtype=np.float64)


def _median(rows: Floats) -> Floats:
    return np.asarray(np.median(rows, axis=1), dtype=np.float64)


def estimate_median(values: Iterable[float]) -> Estimate:
    """The median of positive values, with its interval. Raises ValueError without values."""
    return _estimate(sorted(values), _median)


def estimate_ratio(above: Mapping[int, float], below: Mapping[int, float]) -> Estimate | None:
    """The geometric mean of above/below over the repeats that both have.

    Repeats are interleaved, so the two values of a repeat met the same state of the machine.
    None if no repeat has both values, or if a value is not positive.
    """
    common = sorted(above.keys() & below.keys())
    if not common or any(above[r] <= 0 or below[r] <= 0 for r in common):
        return None
    return _estimate(sorted(above[r] / below[r] for r in common), _mean)


def _estimate(values: Sequence[float], statistic: Statistic) -> Estimate:
    if not values:
        raise ValueError("an estimate needs at least one value")
    logs = np.log(np.asarray(values, dtype=np.float64))
    n = logs.size
    centre = float(statistic(logs[np.newaxis])[0])
    if n == 1:
        return Estimate(math.exp(centre), None, None, 1)
    deviations = statistic(logs[_resamples(n)]) - centre
    low, high = centre + _widening(n) * np.quantile(deviations, (_TAIL, 1 - _TAIL))
    return Estimate(math.exp(centre), math.exp(low), math.exp(high), n)


@cache
def _resamples(n: int) -> Indices:
    """Indices of the resamples, one resample a row: all of them, or many with a fixed seed."""
    if n <= _ENUMERATED:
        return np.array(list(product(range(n), repeat=n)))
    # Python's generator gives the same numbers in every version; numpy only draws them faster.
    _, state, _ = random.Random(_SEED).getstate()
    source = np.random.RandomState()
    source.set_state(("MT19937", np.array(state[:-1], dtype=np.uint32), state[-1], 0, 0.0))
    return (source.random_sample((_RESAMPLES, n)) * n).astype(np.int_)


def _widening(n: int) -> float:
    return student(n - 1) / _NORMAL * math.sqrt(n / (n - 1))


def student(freedom: int) -> float:
    """Student's t at 97.5 % for `freedom` ≥ 1 degrees of freedom."""
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    z = _NORMAL
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return z + first + second
