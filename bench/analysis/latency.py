"""Percentiles of latency with intervals by message, and not by delivery.

All deliveries of a message share its fate, and messages that wait in one queue share theirs. So ten
thousand deliveries of a hundred messages are not ten thousand observations. Deliveries are grouped
into blocks of neighbouring messages, and the scatter between blocks gives the interval: the share
of deliveries below the percentile has a variance between blocks, which is worth that many
independent observations, and their exact binomial interval is read back on the distribution
(Korn & Graubard 1998, inverted as by Woodruff 1952). Percentiles are never averaged: the blocks of
all windows are added.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.analysis.distributions import beta_quantile, student_quantile
from bench.analysis.estimate import LEVEL
from bench.analysis.slots import Floats

BLOCKS = 20
"""Blocks in a window, as they are recorded. The analysis may join neighbours."""

_JOINED = (5, 4, 2, 1)
_ENOUGH = 20  # blocks from which a variance is taken; beyond it, blocks are joined and less alike
_BROADER = (1, 3, 10)  # the tail at the percentile, and tails that hold more deliveries
_TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True)
class LatencyBlocks:
    """Deliveries in blocks of neighbouring messages.

    `upper_us` are the upper ends of K buckets, rising; `counts` has the shape (windows, 20, K);
    `messages` has the shape (windows, 20). A bucket may hold a single value.
    """

    upper_us: Floats
    counts: Floats
    messages: Floats

    @property
    def total_messages(self) -> int:
        """Messages in all blocks."""
        return int(self.messages.sum())


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile in µs with its 95 % interval; `share` is 0.99 for p99.

    `independent` is how many independent observations the blocks are worth. If they are too few for
    an upper end, `high` is infinite, and about `needed` messages would give one.
    """

    share: float
    value: float
    low: float
    high: float
    messages: int
    independent: float
    needed: int


@dataclass(frozen=True, slots=True)
class TooFewMessages:
    """A percentile that is refused: so many messages came, and so many are needed."""

    share: float
    messages: int
    needed: int

    @property
    def reason(self) -> str:
        """The refusal as one sentence."""
        name = f"p{100 * self.share:g}"
        return f"{name} needs about {self.needed:,} messages, and there are {self.messages:,}."


def blocks_of(windows: Sequence[Floats]) -> LatencyBlocks:
    """Blocks from single deliveries; a window has the shape (messages, members), in µs.

    The messages of a window are in the order of their intended times. NaN is a delivery that did
    not come. Values keep three digits. Raises ValueError if nothing was delivered.
    """
    pieces = [[_three_digits(p[~np.isnan(p)]) for p in np.array_split(w, BLOCKS)] for w in windows]
    upper = np.unique(np.concatenate([values for window in pieces for values in window]))
    if not upper.size:
        raise ValueError("nothing was delivered")
    counts = np.zeros((len(windows), BLOCKS, upper.size))
    messages = np.zeros((len(windows), BLOCKS))
    for place, window in enumerate(pieces):
        messages[place] = [len(piece) for piece in np.array_split(windows[place], BLOCKS)]
        for row, values in zip(counts[place], window, strict=True):
            np.add.at(row, np.searchsorted(upper, values), 1.0)
    return LatencyBlocks(upper, counts, messages)


def _three_digits(values: Floats) -> Floats:
    """Values of 1 or more with three digits, as in the histograms of the load."""
    unit = 10.0 ** (np.floor(np.log10(np.maximum(values, 1.0))) - 2)
    return np.asarray(np.round(values / unit) * unit, dtype=np.float64)


def merged(parts: Sequence[LatencyBlocks]) -> LatencyBlocks:
    """The blocks of several windows as one. Raises ValueError if their buckets differ."""
    first = parts[0]
    if any(not np.array_equal(part.upper_us, first.upper_us) for part in parts):
        raise ValueError("windows with different buckets cannot be merged")
    return LatencyBlocks(
        first.upper_us,
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.messages for part in parts]),
    )


def percentile(blocks: LatencyBlocks, share: float) -> Percentile | TooFewMessages:
    """The percentile of all deliveries, or how many messages it needs.

    Whether it is refused depends on the number of messages alone. To refuse where the blocks
    scatter much would keep the intervals that are narrow by chance, and these would not cover.
    """
    least, messages = messages_needed(share), blocks.total_messages
    if messages < least:
        return TooFewMessages(share, messages, least)
    worth = min(float(messages), _independent(blocks, share))
    below = share * worth
    low = beta_quantile(_TAIL, below, worth - below + 1)
    high = beta_quantile(1 - _TAIL, below + 1, worth - below)
    value, bottom, top = (_quantile(blocks, p) for p in (share, low, high))
    if worth < least:
        needed = math.ceil(messages * least / worth)
        return Percentile(share, value, bottom, math.inf, messages, worth, needed)
    return Percentile(share, value, bottom, top, messages, worth, messages)


def messages_needed(share: float) -> int:
    """The fewest independent messages of which the slowest is above the percentile at 97.5 %.

    With fewer, no observation can be the interval's upper end.
    """
    return math.ceil(math.log(_TAIL) / math.log(share))


def _independent(blocks: LatencyBlocks, share: float) -> float:
    """How many independent observations have the same error.

    A tail of few messages shows too little of how they cluster. So broader tails are asked too, and
    the smallest answer counts.
    """
    joined = _join(blocks)
    tails = {max(1 - share, min(0.5, broader * (1 - share))) for broader in _BROADER}
    return min(_worth(joined, blocks.upper_us, 1 - tail) for tail in tails)


def _join(blocks: LatencyBlocks) -> Floats:
    """Counts of (blocks, K): neighbours within a window joined while enough blocks are left."""
    windows, number, buckets = blocks.counts.shape
    factor = next((f for f in _JOINED if windows * number / f >= _ENOUGH), 1)
    joined = blocks.counts.reshape(windows * number // factor, factor, buckets).sum(axis=1)
    return np.asarray(joined, dtype=np.float64)


def _worth(counts: Floats, upper_us: Floats, share: float) -> float:
    sizes = counts.sum(axis=1)
    value = upper_us[_place(counts.sum(axis=0), share)]
    below = counts[:, upper_us <= value].sum(axis=1)
    reached = float(below.sum() / sizes.sum())
    number = len(sizes)
    squares = float(np.sum((below - reached * sizes) ** 2)) / float(sizes.sum()) ** 2
    if not squares:
        return math.inf
    variance = squares * number / (number - 1)
    # The factor of the two quantiles pays for the few blocks that the variance comes from.
    doubt = (student_quantile(1 - _TAIL, math.inf) / student_quantile(1 - _TAIL, number - 1)) ** 2
    return doubt * reached * (1 - reached) / variance


def _quantile(blocks: LatencyBlocks, share: float) -> float:
    return float(blocks.upper_us[_place(blocks.counts.sum(axis=(0, 1)), share)])


def _place(counts: Floats, share: float) -> int:
    reached = np.cumsum(counts)
    place = int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12)))
    return min(place, counts.size - 1)
