"""Values with a standard error and degrees of freedom, and the intervals that follow.

`Estimate` is for what is positive and has an error that is a factor: costs, times, rates and their
ratios. Its error is normal on the logarithm. `Difference` is for what may be negative.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.distributions import student_quantile, student_tail

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A positive value: the logarithm, the logarithm's standard error, degrees of freedom."""

    log: float
    error: float
    freedom: float

    @property
    def value(self) -> float:
        """The estimated value itself."""
        return math.exp(self.log)

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.interval()[0]

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval."""
        return self.interval()[1]

    @property
    def half_width(self) -> float:
        """How far the interval reaches, as a share of the value: 0.05 is ±5 %."""
        return math.expm1(self._reach(LEVEL))

    @property
    def inverse(self) -> "Estimate":
        """The estimate of 1/x."""
        return Estimate(-self.log, self.error, self.freedom)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """The two ends of the interval that covers the true value with probability `level`."""
        reach = self._reach(level)
        return math.exp(self.log - reach), math.exp(self.log + reach)

    def contains(self, value: float, level: float = LEVEL) -> bool:
        """Whether the interval contains `value`."""
        low, high = self.interval(level)
        return low <= value <= high

    def p_above(self, value: float) -> float:
        """The one-sided p of "the true value is at most `value`": small if it is above."""
        return _tail(self.log - math.log(value), self.error, self.freedom)

    def p_below(self, value: float) -> float:
        """The one-sided p of "the true value is at least `value`": small if it is below."""
        return _tail(math.log(value) - self.log, self.error, self.freedom)

    def over(self, other: "Estimate") -> "Estimate":
        """This value divided by an independent one."""
        terms = [known_by(one.error**2, one.freedom) for one in (self, other)]
        error, freedom = satterthwaite(terms)
        return Estimate(self.log - other.log, error, freedom)

    def _reach(self, level: float) -> float:
        return student_quantile((1 + level) / 2, self.freedom) * self.error


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that may be negative, its standard error and its degrees of freedom."""

    value: float
    error: float
    freedom: float

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.value - student_quantile((1 + LEVEL) / 2, self.freedom) * self.error

    @property
    def high(self) -> float:
        """The upper end of the 95 % interval."""
        return self.value + student_quantile((1 + LEVEL) / 2, self.freedom) * self.error


Term = tuple[float, float]
"""An estimated variance, and half the variance of that estimate."""


def known_by(variance: float, freedom: float) -> Term:
    """The term of a variance that is estimated with `freedom` degrees."""
    return variance, variance**2 / freedom


def satterthwaite(terms: Iterable[Term]) -> tuple[float, float]:
    """The standard error of a sum of independent variances, and its degrees of freedom.

    Satterthwaite 1946. Without any variance: no error, one degree.
    """
    known = list(terms)
    total = sum(variance for variance, _ in known)
    doubt = sum(doubt for _, doubt in known)
    if not total or not doubt:
        return 0.0, 1.0
    return math.sqrt(total), max(1.0, total**2 / doubt)


def weighted_sum(estimates: Sequence[Estimate], weights: Sequence[float]) -> Difference:
    """A weighted sum. The error of a value is its relative error times the value (delta method)."""
    pairs = list(zip(estimates, weights, strict=True))
    value = sum(weight * one.value for one, weight in pairs)
    terms = [known_by((weight * one.value * one.error) ** 2, one.freedom) for one, weight in pairs]
    error, freedom = satterthwaite(terms)
    return Difference(value, error, freedom)


def _tail(distance: float, error: float, freedom: float) -> float:
    if not error:
        return 0.0 if distance > 0 else 1.0
    return student_tail(distance / error, freedom)
