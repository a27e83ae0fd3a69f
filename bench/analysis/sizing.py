"""What a number of members needs: cores, memory and broker, from measured costs.

The costs of a delivery come from `growth` (by the members of a room, and by the size), the memory
of a connection from `connections`, the broker's part from `scale`. Between measured points, costs
are straight lines of logarithms. Outside of them the nearest point counts, and the plan says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from bench.analysis import connections as connection_costs
from bench.analysis.estimate import Estimate
from bench.analysis.growth import ArmGrowth
from bench.analysis.scale import ROOM, ArmScale
from bench.envelope.connections import ConnectionsEntry

BUSY: Final = 0.65
"""The share of a core up to which it is planned: above it, messages wait for each other."""
TEXT: Final = 4000
"""Bytes up to which a message is planned as a text; above it, as an image."""
USUAL_BYTES: Final = 120
_KIB_IN_GIB: Final = 1024**2


@dataclass(frozen=True, slots=True)
class Load:
    """Members in rooms of equal size; `rate` messages a second of each member, of `size` bytes."""

    members: int
    rooms: int
    rate: float
    size: int

    @property
    def room(self) -> float:
        """Members of a room."""
        return self.members / self.rooms

    @property
    def messages(self) -> float:
        """A second, of all members."""
        return self.members * self.rate

    @property
    def deliveries(self) -> float:
        """A second, to all members."""
        return self.messages * self.room


@dataclass(frozen=True, slots=True)
class Range:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """All three times a factor."""
        return Range(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one arm needs; `outside` names what was not measured."""

    arm: str
    delivery_us: Range
    cores: Range
    processes: int
    memory_gib: float | None
    """None where the connections of the arm were not measured."""
    broker_share: float | None
    """Of one core of the broker; None without a broker, or where it was not measured."""
    outside: list[str] = field(default_factory=list)


def plan(
    load: Load,
    growth: ArmGrowth,
    scale: ArmScale | None,
    connections: ConnectionsEntry | None,
) -> Plan:
    """The plan of one arm. Raises ValueError if its growth has no costs of rooms."""
    outside: list[str] = []
    by_room = growth.along("members")
    if not by_room:
        raise ValueError(f"{growth.arm} has no costs of rooms")
    cost = _between(by_room, load.room, "members in a room", outside)
    cost = _product(cost, _size_factor(growth, load.size, outside))
    cores = cost.times(load.deliveries / 1e6 / BUSY)
    processes = max(1, math.ceil(cores.value))
    if processes > 1 and scale is None:
        outside.append("more than one process")
    broker = None
    if scale is not None and scale.has_broker:
        broker = scale.predicted(processes).broker
    memory = None
    if connections is not None:
        empty = connections.idle[0].process_kib
        each = connection_costs.process_kib(connections) + connection_costs.kernel_kib(connections)
        memory = (processes * empty + load.members * each) / _KIB_IN_GIB
        if load.members / processes > connection_costs.connections(connections):
            outside.append(
                f"more than {connection_costs.connections(connections)} connections a process"
            )
    return Plan(
        growth.arm,
        cost,
        cores,
        processes,
        memory,
        None if broker is None else load.messages * ROOM / broker,
        outside,
    )


def _size_factor(growth: ArmGrowth, size: int, outside: list[str]) -> Range:
    """The cost of a delivery of this size, divided by the cost of the usual size."""
    texts, images = growth.along("size"), growth.along("size", "image")
    if not texts:
        outside.append("the size of a message")
        return Range(1.0, 1.0, 1.0)
    usual = _between(texts, USUAL_BYTES, "bytes", [])
    sized = texts if size <= TEXT or not images else images
    found = _between(sized, max(size, min(texts)), "bytes in a message", outside)
    return found.times(1 / usual.value)


def _between(costs: Mapping[int, Estimate], x: float, what: str, outside: list[str]) -> Range:
    """The cost at `x`, on straight lines of logarithms between the measured points."""
    xs = sorted(costs)
    if not xs[0] <= x <= xs[-1]:
        outside.append(f"{x:.0f} {what} (measured: {xs[0]} to {xs[-1]})")
    values = [_at(xs, [getattr(costs[each], end) for each in xs], x) for end in _ENDS]
    return Range(*values)


_ENDS: Final = ("value", "low", "high")


def _at(xs: Sequence[int], ys: Sequence[float], x: float) -> float:
    return float(math.exp(np.interp(math.log(x), np.log(xs), np.log(ys))))


def _product(a: Range, b: Range) -> Range:
    """The product of two values that are independent: relative errors add as squares."""
    value = a.value * b.value
    low = math.hypot(math.log(a.value / a.low), math.log(b.value / b.low))
    high = math.hypot(math.log(a.high / a.value), math.log(b.high / b.value))
    return Range(value, value * math.exp(-low), value * math.exp(high))
