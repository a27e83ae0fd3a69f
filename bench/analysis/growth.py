"""How the cost of a delivery grows: exponents and ratios of one arm's points."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.analysis.estimate import Difference, Estimate
from bench.analysis.ratios import Costs, costs
from bench.analysis.slots import Slot, SlotTable
from bench.envelope.growth import Axis, GrowthSlot

SAME: Final = 1.10
"""Costs within this factor of each other count as the same."""
SMALL, LARGE = 10, 1000
"""The rooms between which a claim is made."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a slot was measured at; `x` is what its axis varies."""

    axis: Axis
    content: str
    x: int

    @classmethod
    def of(cls, slot: GrowthSlot) -> "Point":
        """The point of a slot."""
        x = {"rooms": slot.rooms, "size": slot.size}.get(slot.axis, slot.room)
        return cls(slot.axis, slot.content, x)

    @property
    def label(self) -> str:
        """A name that no other point has."""
        return f"{self.axis} {self.content} {self.x}"


class ArmGrowth:
    """One arm's costs at all points, in µs of CPU a delivery."""

    def __init__(self, arm: str, slots: Sequence[GrowthSlot]) -> None:
        self.arm = arm
        self.refused = sum(slot.refused is not None for slot in slots)
        self._points = sorted(
            {Point.of(slot) for slot in slots}, key=lambda p: (p.axis, p.content, p.x)
        )
        rows = (_row(slot) for slot in slots)
        self._costs: Costs = costs(SlotTable.of(rows))

    def along(self, axis: Axis, content: str = "text") -> dict[int, Estimate]:
        """The cost of a delivery by what the axis varies; points without slots are missing."""
        found = {}
        for point in self._on(axis, content):
            try:
                found[point.x] = self._costs.cost(point.label)
            except ValueError:
                continue
        return found

    def ratio(self, axis: Axis, above: int, below: int) -> Estimate | None:
        """The cost at `above` divided by the cost at `below`; None without slots of both."""
        labels = {point.x: point.label for point in self._on(axis, "text")}
        try:
            return self._costs.ratio(labels[above], labels[below])
        except (KeyError, ValueError):
            return None

    def exponent(self, axis: Axis, content: str = "text", least: int = 1) -> Difference | None:
        """e in cost ~ x^e, fitted over the points from `least` on; None with fewer than two."""
        points = [point for point in self._on(axis, content) if point.x >= least]
        if len(points) < 2:
            return None
        try:
            slope = self._costs.combination(_slope({p.label: p.x for p in points}))
        except ValueError:
            return None
        return Difference(slope.log, slope.error, slope.freedom)

    def _on(self, axis: Axis, content: str) -> list[Point]:
        return [p for p in self._points if p.axis == axis and p.content == content]


def growths(slots: Iterable[GrowthSlot]) -> dict[str, ArmGrowth]:
    """By arm; an arm with too few slots is missing."""
    by_arm: dict[str, list[GrowthSlot]] = defaultdict(list)
    for slot in slots:
        by_arm[slot.arm].append(slot)
    found = {}
    for arm, own in by_arm.items():
        try:
            found[arm] = ArmGrowth(arm, own)
        except ValueError:  # one start alone has no interval
            continue
    return found


def _row(slot: GrowthSlot) -> Slot:
    turn = Slot.of(slot, slot.counts.delivered)
    return Slot(Point.of(slot).label, turn.start, turn.round, turn.cpu_us, turn.work, turn.ruler_us)


def _slope(xs: Mapping[str, int]) -> dict[str, float]:
    """The weights that give the slope of a line through values over log x (least squares)."""
    logs = {label: math.log(x) for label, x in xs.items()}
    mean = sum(logs.values()) / len(logs)
    squares = sum((log - mean) ** 2 for log in logs.values())
    return {label: (log - mean) / squares for label, log in logs.items()}


def same(ratio: Estimate) -> bool:
    """Whether the whole interval is within `SAME`."""
    return ratio.low >= 1 / SAME and ratio.high <= SAME
