"""What several server processes cost and reach, and what several cores would carry.

The prediction: a delivery costs the servers c(w) with w processes, and a message costs the broker
r(w); both are fitted as straight lines in w, because each process takes each message once. With a
core for each process and one for the broker, n processes carry n / c(n) deliveries a second, and
the broker room / r(n). The smaller one is the end.

The interval of a prediction has the errors of the measured costs, as the line weights them. It does
not have the doubt whether the line is straight: `checks` compares the costs with the most processes
with the line through the others.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from bench.analysis.estimate import Estimate, weighted_sum
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
    servers: Estimate
    broker: Estimate | None
    """None without a broker."""

    @property
    def end(self) -> Literal["servers", "broker"]:
        """What ends it."""
        if self.broker is None or self.servers.value <= self.broker.value:
            return "servers"
        return "broker"

    @property
    def deliveries(self) -> Estimate:
        """The smaller of both."""
        end = self.broker if self.end == "broker" else self.servers
        assert end is not None
        return end


@dataclass(frozen=True, slots=True)
class LineCheck:
    """The cost with the most processes, predicted from the others and measured."""

    part: Literal["servers", "broker"]
    processes: int
    ratio: Estimate
    """Predicted ÷ measured."""


class ArmScale:
    """One arm with several numbers of processes."""

    def __init__(self, arm: str, slots: Sequence[ScaleSlot]) -> None:
        self.arm = arm
        self._slots = [slot for slot in slots if slot.room == ROOM]
        self.workers = sorted({slot.workers for slot in self._slots})
        self._costs: Costs = costs(_table(self._slots, _all_s, _deliveries))
        self._servers: Costs = costs(_table(self._slots, _servers_s, _deliveries))
        self._broker: Costs | None = None
        if self.has_broker:
            self._broker = costs(_table(self._slots, _broker_s, _messages))

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
        servers = _times(_line(self._servers, self.workers, processes).inverse, 1e6 * processes)
        if self._broker is None:
            return Predicted(processes, servers, None)
        broker = _times(_line(self._broker, self.workers, processes).inverse, 1e6 * ROOM)
        return Predicted(processes, servers, broker)

    def checks(self) -> list[LineCheck]:
        """How the costs with the most processes follow from the others; none from two numbers."""
        *others, most = self.workers
        if len(others) < 2:
            return []
        parts: list[tuple[Literal["servers", "broker"], Costs | None]] = [
            ("servers", self._servers),
            ("broker", self._broker),
        ]
        return [
            LineCheck(part, most, _line(found, others, most).over(found.cost(str(most))))
            for part, found in parts
            if found is not None
        ]

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


_Reading = Callable[[ScaleSlot], float]


def _table(slots: Iterable[ScaleSlot], seconds: _Reading, work: _Reading) -> SlotTable:
    """The slots with the number of processes as their arm."""
    read = ((slot, Slot.of(slot, work(slot))) for slot in slots)
    return SlotTable.of(
        replace(
            found,
            arm=str(slot.workers),
            cpu_us=1e6 * seconds(slot) if slot.refused is None else math.nan,
        )
        for slot, found in read
    )


def _deliveries(slot: ScaleSlot) -> float:
    return slot.counts.delivered


def _messages(slot: ScaleSlot) -> float:
    return slot.counts.sent


def _all_s(slot: ScaleSlot) -> float:
    return slot.cpu.total_s


def _servers_s(slot: ScaleSlot) -> float:
    return slot.cpu.servers_s


def _us(seconds: float, work: int) -> float:
    return 1e6 * seconds / max(1, work)


def _broker_s(slot: ScaleSlot) -> float:
    cpu: Cpu = slot.cpu
    return cpu.total_s - cpu.servers_s


def _line(found: Costs, workers: Sequence[int], x: int) -> Estimate:
    """The straight line through the costs with these numbers of processes, at `x`.

    Never below a tenth of the smallest cost.
    """
    known = [found.cost(str(each)) for each in workers]
    if len(known) < 2:
        return known[0]
    at = weighted_sum(known, _weights(workers, x))
    value = max(at.value, min(each.value for each in known) / 10)
    return Estimate(math.log(value), at.error / value, at.freedom)


def _weights(xs: Sequence[int], x: int) -> list[float]:
    """The weight of each measured value in the least squares line at `x`."""
    mean = sum(xs) / len(xs)
    spread = sum((each - mean) ** 2 for each in xs)
    return [1 / len(xs) + (x - mean) * (each - mean) / spread for each in xs]


def _times(found: Estimate, number: float) -> Estimate:
    return Estimate(found.log + math.log(number), found.error, found.freedom)
