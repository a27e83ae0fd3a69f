"""The slots of one condition as arrays, and their costs as values that can be averaged.

A condition is one experiment at one load. In each start of the stacks there are rounds, and in each
round every arm has one slot, in random order. So a value has three indices: arm, start, round.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.envelope.speed import ShortTurn

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of one arm; `start` and `round` are numbers, a round within its start.

    `cpu_us` is user and system time of all processes of the stack inside the slot. `work` is what
    it is divided by: deliveries; on an idle stack, seconds. `ruler_us` is the time of the fixed
    piece of work beside the slot.
    """

    arm: str
    start: int
    round: int
    cpu_us: float
    work: float
    ruler_us: float

    @classmethod
    def of(cls, turn: ShortTurn, work: float) -> "Slot":
        """What a turn cost for this work; a refused turn has NaN."""
        counts = turn.refused is None
        return cls(
            turn.arm,
            turn.start,
            turn.round,
            1e6 * turn.cpu.total_s if counts else math.nan,
            work if counts else math.nan,
            1e6 * turn.core.ruler_s,
        )


@dataclass(frozen=True, slots=True)
class SlotTable:
    """The slots of one condition. Arrays have the shape (arms, starts, rounds).

    NaN stands for a slot that is missing or refused.
    """

    arms: tuple[str, ...]
    cpu_us: Floats
    work: Floats
    ruler_us: Floats

    @classmethod
    def of(cls, slots: Iterable[Slot]) -> "SlotTable":
        """The table of these slots. Raises ValueError without slots or if one is there twice."""
        found = list(slots)
        if not found:
            raise ValueError("a table needs at least one slot")
        arms = tuple(dict.fromkeys(slot.arm for slot in found))
        place = {arm: index for index, arm in enumerate(arms)}
        starts = _places(slot.start for slot in found)
        rounds = _places(slot.round for slot in found)
        arrays = [np.full((len(arms), len(starts), len(rounds)), np.nan) for _ in range(3)]
        for slot in found:
            index = (place[slot.arm], starts[slot.start], rounds[slot.round])
            if not np.isnan(arrays[0][index]):
                raise ValueError(
                    f"the slot of {slot.arm} in start {slot.start}, round {slot.round} is twice"
                )
            for array, value in zip(arrays, (slot.cpu_us, slot.work, slot.ruler_us), strict=True):
                array[index] = value
        return cls(arms, *arrays)

    def index(self, arm: str) -> int:
        """The place of an arm. Raises ValueError for an arm that has no slot."""
        if arm not in self.arms:
            raise ValueError(f"the arm {arm} has no slot")
        return self.arms.index(arm)

    def only(self, arms: Sequence[str]) -> "SlotTable":
        """The table of these arms."""
        places = [self.index(arm) for arm in arms]
        return SlotTable(tuple(arms), self.cpu_us[places], self.work[places], self.ruler_us[places])


def _places(numbers: Iterable[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(sorted(set(numbers)))}


def log_costs(cpu_us: Floats, work: Floats) -> Floats:
    """The logarithm of CPU time per unit of work, as a value for every slot.

    The cost of an arm in a start is the sum of its CPU time divided by the sum of its work. The
    mean of ratios of single slots is not that cost: a slot with few messages pays the fixed part of
    its cost for few deliveries, and the mean of logarithms falls with their scatter. The values are
    the jackknife's pseudo-values over the rounds of a start (Tukey 1958): their mean over the
    rounds is the logarithm of the ratio of sums, their scatter is its error, and they subtract in
    pairs as logarithms do. A slot without work is no exception.
    """
    valid = ~(np.isnan(cpu_us) | np.isnan(work))
    cpu, done = np.where(valid, cpu_us, 0.0), np.where(valid, work, 0.0)
    rounds = valid.sum(axis=-1, keepdims=True)
    all_cpu, all_done = cpu.sum(axis=-1, keepdims=True), done.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.log(all_cpu) - np.log(all_done)
        without = np.log(all_cpu - cpu) - np.log(all_done - done)
        values = rounds * whole - (rounds - 1) * without
    usable = valid & (rounds >= 2) & np.isfinite(values)
    return np.where(usable, values, np.nan)
