"""The method's own test: does it find what was planted, and nothing where nothing was?

Some arms are the same program. One of them does a little more work for each delivery, which is
planted, and the others are plain. The analysis sees labels instead of names, so that nothing in it
can know which is which.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bench.analysis.estimate import Estimate
from bench.analysis.message_cost import message_cost
from bench.analysis.ratios import Costs, costs
from bench.analysis.ruler import judge_ruler
from bench.analysis.slots import Slot, SlotTable
from bench.envelope.planted import PlantedSlot

_ROOM, _ALONE = 100, 1


@dataclass(frozen=True, slots=True)
class Labels:
    """Which label stands for which arm; kept away from the analysis."""

    by_arm: dict[str, str]

    def arm(self, label: str) -> str:
        """The arm behind a label."""
        return next(arm for arm, known in self.by_arm.items() if known == label)


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair of labels in the order of their costs, so that the ratio is 1 or more."""

    above: str
    below: str
    ratio: Estimate

    @property
    def differs(self) -> bool:
        """Whether the interval excludes 1."""
        return not self.ratio.contains(1.0)


@dataclass(frozen=True, slots=True)
class PlantedResult:
    """What the analysis found once the names are known.

    `size` is the pair of the planted arm with a plain one; `plain` are the pairs of plain arms.
    """

    planted: float
    size: tuple[Estimate, ...]
    plain: tuple[Estimate, ...]

    @property
    def sign_found(self) -> bool:
        """Whether every interval of the planted arm lies on the planted side of 1."""
        return all((e.low > 1) if self.planted > 1 else (e.high < 1) for e in self.size)

    @property
    def size_found(self) -> bool:
        """Whether every interval of the planted arm contains the planted factor."""
        return all(estimate.contains(self.planted) for estimate in self.size)

    @property
    def nothing_found(self) -> bool:
        """Whether every interval of two plain arms contains 1."""
        return all(estimate.contains(1.0) for estimate in self.plain)

    @property
    def passed(self) -> bool:
        """Sign and size found, and nothing found where nothing was planted."""
        return self.sign_found and self.size_found and self.nothing_found


def hide_names(table: SlotTable, seed: int) -> tuple[SlotTable, Labels]:
    """The table with labels instead of names, in random order, and the key."""
    order = list(table.arms)
    random.Random(seed).shuffle(order)
    labels = {arm: f"program {place + 1}" for place, arm in enumerate(order)}
    hidden = replace(table.only(order), arms=tuple(labels[arm] for arm in order))
    return hidden, Labels(labels)


def compare_hidden(found: Costs) -> list[LabelledPair]:
    """All pairs of labels, each with the dearer one above."""
    pairs = []
    for a, b in combinations(found.arms, 2):
        ratio = found.ratio(a, b)
        pairs.append(
            LabelledPair(a, b, ratio) if ratio.log >= 0 else LabelledPair(b, a, ratio.inverse)
        )
    return pairs


def reveal(
    pairs: Sequence[LabelledPair], labels: Labels, planted_arm: str, factor: float
) -> PlantedResult:
    """Compare what was found with what was planted; `factor` is 1.05 for 5 % more CPU."""
    size, plain = [], []
    for pair in pairs:
        above, below = labels.arm(pair.above), labels.arm(pair.below)
        if above == planted_arm:
            size.append(pair.ratio)
        elif below == planted_arm:
            size.append(pair.ratio.inverse)
        else:
            plain.append(pair.ratio)
    return PlantedResult(factor, tuple(size), tuple(plain))


def find_planted(slots: Sequence[PlantedSlot], more: float, seed: int) -> PlantedResult:
    """What the method finds in a run of `planted`; `more` is 1.05 for 105 members of 100.

    The names are hidden until the intervals are made. Only the expected size uses them: 5 % more
    members are 5 % more deliveries for each message, and not more messages, so that the share of
    the deliveries in the cost decides how much more the stack has to do. Raises ValueError with too
    few slots.
    """
    hidden, labels = hide_names(_table(slots, _ROOM), seed)
    ruler = judge_ruler([hidden])
    pairs = compare_hidden(costs(ruler.applied(hidden)))
    planted = next(arm for arm in labels.by_arm if arm.endswith("#1"))
    return reveal(pairs, labels, planted, 1 + (more - 1) * _delivery_share(slots, planted))


def _delivery_share(slots: Sequence[PlantedSlot], planted: str) -> float:
    """The share of the deliveries in the cost of a message to the room, by the plain stacks."""
    plain = [slot for slot in slots if slot.arm != planted]
    rooms = {room: costs(_table(plain, room)) for room in (_ROOM, _ALONE)}
    shares = []
    for arm in rooms[_ROOM].arms:
        known = {room: found.cost(arm) for room, found in rooms.items()}
        shares.append(message_cost(known).delivery.value / known[_ROOM].value)
    return sum(shares) / len(shares)


def _table(slots: Sequence[PlantedSlot], room: int) -> SlotTable:
    return SlotTable.of(Slot.of(slot, slot.told) for slot in slots if slot.room == room)
