"""What several server processes cost and reach, and what several cores would carry.

The prediction: a delivery costs the servers c(w) with w processes, and a message costs the broker
r(w); both are fitted as straight lines in w, because each process takes each message once. With a
core for each process and one for the broker, n processes carry n / c(n) deliveries a second, and
the broker room / r(n). The smaller one is the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bench.analysis.estimate import Estimate
from bench.analysis.ratios import Costs, costs
from bench.analysis.slots import Slot, SlotTable
from bench.envelope.observation import Cpu
from bench.envelope.scale import ScaleSlot

ROOM: Final = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """Deliveries of all slots with one number of processes."""

    expected: int
    delivered: int
    duplicates: int
    reordered: int

    @property
    def share(self) -> float:
        """The part of the deliveries that came."""
        return self.delivered / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class Predicted:
    """Deliveries a second of n processes on n cores, and what ends it; modelled, not measured."""

    processes: int
    servers: float
    broker: float | None
    """None without a broker."""

    @property
    def deliveries(self) -> float:
        """The smaller of both."""
        return self.servers if self.broker is None else min(self.servers, self.broker)

    @property
    def end(self) -> str:
        """What ends it."""
        return "servers" if self.deliveries == self.servers else "broker"


class ArmScale:
    """One arm with several numbers of processes."""

    def __init__(self, arm: str, slots: Sequence[ScaleSlot]) -> None:
        self.arm = arm
        self._slots = [slot for slot in slots if slot.room == ROOM]
        self.workers = sorted({slot.workers for slot in self._slots})
        self._costs: Costs = costs(_table(self._slots))

    @property
    def has_broker(self) -> bool:
        """Whether messages go through a broker."""
        return any(_broker_s(slot) > 0 for slot in self._slots)

    def reached(self, workers: int) -> Reached:
        """What came to whom."""
        counts = [slot.counts for slot in self._counted(workers)]
        return Reached(
            sum(each.expected for each in counts),
            sum(each.delivered for each in counts),
            sum(each.duplicates for each in counts),
            sum(each.reordered for each in counts),
        )

    def cost(self, workers: int) -> Estimate:
        """µs of CPU of servers and broker for a delivery."""
        return self._costs.cost(str(workers))

    def ratio(self, workers: int) -> Estimate:
        """The cost of a delivery with so many processes, divided by the cost with one."""
        return self._costs.ratio(str(workers), "1")

    def server_us(self, workers: int) -> float:
        """µs of CPU of the servers for a delivery."""
        slots = self._counted(workers)
        return _us(sum(s.cpu.servers_s for s in slots), sum(s.counts.delivered for s in slots))

    def broker_us(self, workers: int) -> float:
        """µs of CPU of the broker for a message; 0 without one."""
        slots = self._counted(workers)
        return _us(sum(map(_broker_s, slots)), sum(s.counts.sent for s in slots))

    def predicted(self, processes: int) -> Predicted:
        """What so many cores carry in rooms of `ROOM`."""
        server_us = _line({w: self.server_us(w) for w in self.workers}, processes)
        broker_us = _line({w: self.broker_us(w) for w in self.workers}, processes)
        broker = ROOM * 1e6 / broker_us if broker_us > 0 else None
        return Predicted(processes, processes * 1e6 / server_us, broker)

    def by_worker(self, workers: int) -> list[int]:
        """The connections of each process in the first start, the most first."""
        return sorted(self._counted(workers)[0].by_worker, reverse=True)

    def _counted(self, workers: int) -> list[ScaleSlot]:
        return [s for s in self._slots if s.workers == workers and s.refused is None]


def scales(slots: Iterable[ScaleSlot]) -> dict[str, ArmScale]:
    """By arm; an arm with too few slots is missing."""
    by_arm: dict[str, list[ScaleSlot]] = defaultdict(list)
    for slot in slots:
        by_arm[slot.arm].append(slot)
    found = {}
    for arm, own in by_arm.items():
        try:
            found[arm] = ArmScale(arm, own)
        except ValueError:  # one start alone has no interval
            continue
    return found


def _table(slots: Iterable[ScaleSlot]) -> SlotTable:
    return SlotTable.of(
        replace(Slot.of(slot, slot.counts.delivered), arm=str(slot.workers)) for slot in slots
    )


def _us(seconds: float, work: int) -> float:
    return 1e6 * seconds / max(1, work)


def _broker_s(slot: ScaleSlot) -> float:
    cpu: Cpu = slot.cpu
    return cpu.total_s - cpu.servers_s


def _line(values: Mapping[int, float], x: int) -> float:
    """The straight line through the values, at `x`; never below the smallest value's tenth."""
    if len(values) < 2:
        return next(iter(values.values()))
    slope, at_zero = np.polyfit(list(values), list(values.values()), 1)
    return max(float(slope * x + at_zero), min(values.values()) / 10)
