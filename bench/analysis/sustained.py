"""The largest rate that a stack sustains with p99 <= 100 ms, from windows at several rates.

A window says which share of its deliveries came later than the limit. The capacity is the rate at
which this share is 1 %. A share is a mean, so it is not biased in a short window, as a window's p99
is; and it says more than passed or failed. A line is fitted to its logit over the logarithm of the
rate, near the limit only, where every arm's curve is a line. The interval of the rate at which the
line meets 1 % is Fieller's. Its error comes from how windows scatter around the line, and not from
the deliveries in them, which share their messages' fate.

A window must be long in relaxation times of the queue, not in messages: a window that starts from
an empty queue and ends before it has filled sees too little lateness, and the rate comes out high.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.analysis.distributions import student_quantile
from bench.analysis.estimate import LEVEL
from bench.analysis.slots import Floats

LIMIT_US = 100_000
ALLOWED = 0.01
"""The share of deliveries that may be later than the limit: p99 is at most the limit."""

LEAST_WINDOWS = 8
_NEAR = 1.3  # windows within this factor of the limit's rate are fitted
_STEP = 1.15
_FIRST_SLOPE = 5.0
_ITERATIONS = 30
_SETTLED = 1e-7
_TARGET = math.log(ALLOWED / (1 - ALLOWED))
_STEEPEST = 15.0  # logits beyond it are taken for it


@dataclass(frozen=True, slots=True)
class RateWindow:
    """One window: the rate that was offered, its deliveries, the late and the lost among them.

    A delivery is late above `LIMIT_US`. The unit of the rate is the caller's.
    """

    rate: float
    deliveries: int
    late: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Sustained:
    """The largest rate, its 95 % interval, and what is exceeded above it.

    `high` is infinite where no window failed, or where the windows are too few to show how lateness
    grows with the rate. `low` is then the highest rate that passed, or 0. The interval of a loss
    goes from the highest rate below it without a loss to the lowest with one.
    """

    value: float
    low: float
    high: float
    limit: Literal["p99", "loss", "not reached"]
    windows: int


def sustained_rate(windows: Sequence[RateWindow]) -> Sustained:
    """The largest sustained rate. Raises ValueError without a window."""
    if not windows:
        raise ValueError("a sustained rate needs at least one window")
    lossy = min((window.rate for window in windows if window.lost), default=math.inf)
    by_time = _by_lateness([window for window in windows if window.rate < lossy])
    if lossy > by_time.high or (by_time.limit == "p99" and by_time.value <= lossy < math.inf):
        return by_time
    if lossy == math.inf:
        return by_time
    whole = max((window.rate for window in windows if window.rate < lossy), default=0.0)
    return Sustained(
        min(by_time.value, whole), min(by_time.low, whole), lossy, "loss", len(windows)
    )


def next_rate(windows: Sequence[RateWindow], guess: float) -> float:
    """The rate of the next window of a search; `guess` begins it.

    It rises or falls by a quarter until one window passed and another failed. From then on it
    stays near the limit, alternately below and above, so that the line has two ends.
    """
    if not windows:
        return guess
    passed = [window.rate for window in windows if _passed(window)]
    failed = [window.rate for window in windows if not _passed(window)]
    if not failed:
        return max(passed) * _NEAR
    if not passed:
        return min(failed) / _NEAR
    centre = _centre(windows)
    return centre * (_STEP if len(windows) % 2 else 1 / _STEP)


def _by_lateness(windows: Sequence[RateWindow]) -> Sustained:
    if all(_passed(window) for window in windows):
        most = max((window.rate for window in windows), default=0.0)
        return Sustained(most, most, math.inf, "not reached", len(windows))
    if not any(_passed(window) for window in windows):
        least = min(window.rate for window in windows)
        return Sustained(0.0, 0.0, least, "p99", len(windows))
    centre = _centre(windows)
    near = [window for window in windows if centre / _NEAR <= window.rate <= centre * _NEAR]
    bracket = _bracket(windows)
    if len(near) < LEAST_WINDOWS:
        return Sustained(math.sqrt(bracket[0] * bracket[1]), *bracket, "p99", len(near))
    return _fitted(near, bracket)


def _passed(window: RateWindow) -> bool:
    return not window.lost and window.late <= ALLOWED * window.deliveries


def _bracket(windows: Sequence[RateWindow]) -> tuple[float, float]:
    """From the lowest failed rate to the highest passed one, or the other way round."""
    passed = max(window.rate for window in windows if _passed(window))
    failed = min(window.rate for window in windows if not _passed(window))
    return min(passed, failed), max(passed, failed)


def _centre(windows: Sequence[RateWindow]) -> float:
    """The rate at which the fitted line meets the share allowed, inside of what was tried.

    Passed and failed windows alone would mislead: lateness comes in clusters, so most short windows
    above the limit have none.
    """
    rates = np.log([window.rate for window in windows])
    shares = np.array([window.late / window.deliveries for window in windows])
    line, _ = _logistic(rates - rates.mean(), shares)
    least, most = float(rates.min()), float(rates.max())
    if line[1] <= 0:
        return math.exp((least + most) / 2)
    crossing = float(rates.mean() + (_TARGET - line[0]) / line[1])
    return math.exp(min(max(crossing, least), most))


def _fitted(near: Sequence[RateWindow], bracket: tuple[float, float]) -> Sustained:
    """The rate at which the fitted line meets the share allowed; an open end is the bracket's."""
    centre = float(np.mean([math.log(window.rate) for window in near]))
    rates = np.array([math.log(window.rate) - centre for window in near])
    shares = np.array([window.late / window.deliveries for window in near])
    line, covariance = _logistic(rates, shares)
    quantile = student_quantile((1 + LEVEL) / 2, len(near) - 2)
    low, high = _fieller(line - np.array([_TARGET, 0.0]), covariance, quantile)
    low = math.exp(centre + low) if low > -math.inf else 0.0
    high = math.exp(centre + high)
    middle = math.exp(centre + (_TARGET - line[0]) / line[1]) if line[1] > 0 else math.nan
    value = middle if low <= middle <= high else math.sqrt(bracket[0] * bracket[1])
    return Sustained(min(max(value, low), high), low, high, "p99", len(near))


def _logistic(x: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Intercept and slope of a quasi-binomial regression, and their covariance.

    Each window counts the same, and the dispersion comes from the windows.
    """
    columns = np.stack([np.ones_like(x), x], axis=1)
    mean = min(max(float(shares.mean()), 1e-4), 0.9)
    line = np.array([math.log(mean / (1 - mean)), _FIRST_SLOPE])
    for _ in range(_ITERATIONS):
        fitted, weight = _curve(columns @ line)
        information = columns.T @ (columns * weight[:, None])
        step = np.linalg.solve(information, columns.T @ (shares - fitted))
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < _SETTLED:
            break
    fitted, weight = _curve(columns @ line)
    dispersion = float(np.sum((shares - fitted) ** 2 / weight)) / max(1, len(x) - 2)
    covariance = dispersion * np.linalg.inv(columns.T @ (columns * weight[:, None]))
    return np.asarray(line), np.asarray(covariance, dtype=np.float64)


def _curve(logits: Floats) -> tuple[Floats, Floats]:
    fitted = 1 / (1 + np.exp(-np.clip(logits, -_STEEPEST, _STEEPEST)))
    return fitted, fitted * (1 - fitted)


def _fieller(line: Floats, covariance: Floats, quantile: float) -> tuple[float, float]:
    """Where the line may cross 0; no ends if the slope is not surely above 0."""
    a = line[1] ** 2 - quantile**2 * covariance[1, 1]
    b = line[0] * line[1] - quantile**2 * covariance[0, 1]
    c = line[0] ** 2 - quantile**2 * covariance[0, 0]
    inside = b**2 - a * c
    if a <= 0 or inside < 0 or line[1] <= 0:
        return -math.inf, math.inf
    return float((-b - math.sqrt(inside)) / a), float((-b + math.sqrt(inside)) / a)
