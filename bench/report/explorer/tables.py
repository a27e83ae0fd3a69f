"""A table of the explorer: one metric of one run in one condition, with a row for each arm."""

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final, Literal

import msgspec

from bench.analysis.estimate import Difference, Estimate
from bench.analysis.statistics import Estimate as Resampled

DIGITS: Final = 6
"""Significant digits in the data; pages show three."""
INTERVAL: Final = "95 % interval"
RATIO_OF_PAIRS: Final = "of the same rounds of the run, paired"

Pair = tuple[float, float] | None
"""A ratio, and the factor by which its interval reaches to both sides; None without a ratio."""


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured. `page` is where it is explained, relative to `docs/`."""

    id: str
    group: str
    title: str
    unit: str
    better: Literal["less", "more"]
    by: str
    """What the conditions of this metric are: "Load", "Processes"."""
    counts: str
    """What `n` of a row counts."""
    page: str
    about: str = ""
    range: str = ""
    """What `low` and `high` are, if they are no 95 % interval: two of them give no ratio's."""


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One arm. Without `low` there is no interval; with `low` alone it has no upper end."""

    arm: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A metric in one condition: `at` is its id, and `label` its words.

    `pairs` has a ratio for each two rows, first ÷ second, in the order of
    `itertools.combinations`. It is empty where the rows are not paired.
    """

    metric: str
    at: str
    label: str
    rows: list[Row]
    pairs: list[Pair] = []


def rounded(value: float) -> float:
    """With as many digits as the data has."""
    return float(f"{value:.{DIGITS}g}")


def row(arm: str, found: Estimate | Difference, n: int | None, scale: float = 1.0) -> Row:
    """A figure with its interval, each times `scale`."""
    value, low, high = (rounded(scale * each) for each in (found.value, found.low, found.high))
    return Row(arm, value, low, high, n)


def plain(arm: str, value: float, n: int | None = None, note: str = "") -> Row:
    """A figure without an interval."""
    return Row(arm, rounded(value), n=n, note=note)


def ranged(
    arm: str, value: float, low: float, high: float, n: int | None = None, note: str = ""
) -> Row:
    """A figure whose range may have no upper end."""
    top = None if math.isinf(high) else rounded(high)
    return Row(arm, rounded(value), rounded(low), top, n, note)


def resampled(arm: str, found: Resampled, n: int, scale: float = 1.0) -> Row:
    """A figure from a few repeats, each times `scale`; one repeat gives no interval."""
    if found.low is None or found.high is None:
        return plain(arm, scale * found.value, n)
    return ranged(arm, scale * found.value, scale * found.low, scale * found.high, n)


def pairs(arms: Sequence[str], ratio: Callable[[str, str], Estimate | None]) -> list[Pair]:
    """The ratio of each two arms."""
    return [_pair(ratio(above, below)) for above, below in combinations(arms, 2)]


def _pair(found: Estimate | None) -> Pair:
    return None if found is None else (rounded(found.value), rounded(1 + found.half_width))
