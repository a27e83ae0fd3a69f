"""The cost of a delivery between measured points, and how far such a prediction is off.

A message costs once, once for each member, and with some channel layers more with each further
member. So a delivery in a room of n costs a/n + b + cn, and one of s bytes costs a + bs, where no
part is negative. Such a curve is fitted to the logarithms' errors, and then bent through the
measured points. How far it is off between them is known from points that are left out.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from bench.analysis.estimate import Estimate, known_by, satterthwaite

Parts = Callable[[float], Sequence[float]]
"""What a cost is made of at `x`: its parts, each before it is weighted."""


def of_members(members: float) -> Sequence[float]:
    """A message's cost once, each delivery's, and what grows with the room."""
    return (1 / members, 1.0, members)


def of_amount(amount: float) -> Sequence[float]:
    """What is always there, and what grows with the bytes of a message, or with the rooms."""
    return (1.0, amount)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far predictions between measured points are off: a standard error of logarithms."""

    error: float
    freedom: float


EXACT: Final = Spread(0.0, math.inf)


@dataclass(frozen=True)
class Curve:
    """The costs of one arm along an axis, as the parts have it."""

    costs: Mapping[int, Estimate]
    parts: Parts

    @cached_property
    def xs(self) -> list[int]:
        """The measured points."""
        return sorted(self.costs)

    @cached_property
    def _weights(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        from scipy.optimize import nnls  # slow to import, and not every report has a curve

        values = np.array([self.costs[x].value for x in self.xs])
        rows = np.array([self.parts(x) for x in self.xs]) / values[:, np.newaxis]
        found: np.ndarray[tuple[int], np.dtype[np.float64]] = nnls(rows, np.ones(len(values)))[0]
        return found

    def at(self, x: float, spread: Spread = EXACT) -> Estimate:
        """The cost at `x`, or at the nearest measured point if `x` is outside of them.

        The spread counts in full in the middle between two points, and not at a point.
        """
        logs = [math.log(each) for each in self.xs]
        at = min(max(math.log(x), logs[0]), logs[-1])
        bent = [self.costs[each].log - self._fitted(each) for each in self.xs]
        log = self._fitted(math.exp(at)) + float(np.interp(at, logs, bent))
        variance = float(np.interp(at, logs, [self.costs[each].error ** 2 for each in self.xs]))
        freedom = min(each.freedom for each in self.costs.values())
        between = (_distance(at, logs) * spread.error) ** 2
        error, degrees = satterthwaite(
            [known_by(variance, freedom), known_by(between, spread.freedom)]
        )
        return Estimate(log, error, degrees)

    def without(self, x: int) -> "Curve":
        """The curve of the other points."""
        return Curve({at: cost for at, cost in self.costs.items() if at != x}, self.parts)

    @property
    def inner(self) -> list[int]:
        """The points between others: without one of these, the curve predicts it."""
        return self.xs[1:-1]

    def _fitted(self, x: float) -> float:
        return math.log(float(np.dot(self.parts(x), self._weights)))


def spread_of(curves: Iterable[Curve]) -> Spread:
    """How far the curves are off at points that are left out, one at a time."""
    misses = [
        curve.without(x).at(x).log - curve.costs[x].log for curve in curves for x in curve.inner
    ]
    if not misses:
        return EXACT
    return Spread(math.sqrt(sum(miss**2 for miss in misses) / len(misses)), float(len(misses)))


def _distance(at: float, logs: Sequence[float]) -> float:
    """0 at a measured point, 1 in the middle between two."""
    for left, right in pairwise(logs):
        if left <= at <= right:
            share = (at - left) / (right - left)
            return 2 * min(share, 1 - share)
    return 0.0
