"""What a number of members needs: cores, memory and broker, from measured costs.

The costs of a delivery come from `growth` (by members, rooms and size), the memory
of a connection from `connections`, the broker's part from `scale`. Between measured points, costs
follow a curve, whose error is in the interval. Outside of them the nearest point counts, and the
plan says so. Every process has members of all rooms.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bench.analysis import connections as connection_costs
from bench.analysis.cost_curve import EXACT, Curve, Spread, of_amount, of_members, spread_of
from bench.analysis.estimate import Estimate, known_by, satterthwaite
from bench.analysis.growth import ArmGrowth
from bench.analysis.scale import ROOM, ArmScale
from bench.envelope.connections import ConnectionsEntry

BUSY: Final = 0.65
"""The share of a core up to which it is planned: above it, messages wait for each other."""
TEXT: Final = 4000
"""Bytes up to which a message is planned as a text; above it, as an image."""
USUAL_BYTES: Final = 120
_KIB_IN_GIB: Final = 1024**2
_BYTES: Final = "bytes in a message"
SAME: Final = Estimate(0.0, 0.0, math.inf)
"""The factor 1."""


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

    @classmethod
    def of(cls, found: Estimate) -> "Range":
        """The value and the interval of an estimate."""
        return cls(found.value, found.low, found.high)

    def times(self, factor: float) -> "Range":
        """All three times a factor."""
        return Range(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Spreads:
    """How far the costs between measured points are off, by what varies."""

    members: Spread = EXACT
    rooms: Spread = EXACT
    texts: Spread = EXACT
    images: Spread = EXACT


EXACTLY: Final = Spreads()


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
    errors: Spreads = EXACTLY,
) -> Plan:
    """The plan of one arm; `errors` are those between measured points.

    Raises ValueError if its growth has no costs of rooms.
    """
    outside: list[str] = []
    by_room = by_members(growth)
    if not by_room.xs:
        raise ValueError(f"{growth.arm} has no costs of rooms")
    factors = (
        _at(by_room, load.room, "members in a room", errors.members, outside),
        _rooms_factor(growth, load.rooms, errors.rooms, outside),
        _size_factor(growth, load.size, errors, outside),
    )
    cost = Range.of(_product(factors))
    cores = cost.times(load.deliveries / 1e6 / BUSY)
    processes = max(1, math.ceil(cores.value))
    if scale is None:
        outside += ["more than one process"] if processes > 1 else []
    elif processes > 1 and not scale.has_broker:
        outside.append("more than one process: without a broker none reaches the others' members")
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
        None if broker is None else load.messages * ROOM / broker.value,
        outside,
    )


def spreads(found: Iterable[ArmGrowth]) -> Spreads:
    """From points of these arms that are left out, one at a time."""
    every = list(found)
    return Spreads(
        spread_of(map(by_members, every)),
        spread_of(map(_by_rooms, every)),
        spread_of(_by_size(each, "text") for each in every),
        spread_of(_by_size(each, "image") for each in every),
    )


def by_members(growth: ArmGrowth) -> Curve:
    """The cost of a delivery by the members of its room."""
    return Curve(growth.along("members"), of_members)


def _by_rooms(growth: ArmGrowth) -> Curve:
    return Curve(growth.along("rooms"), of_amount)


def _by_size(growth: ArmGrowth, content: str) -> Curve:
    return Curve(growth.along("size", content), of_amount)


def _rooms_factor(growth: ArmGrowth, rooms: int, known: Spread, outside: list[str]) -> Estimate:
    """The cost of a delivery with so many rooms, divided by the cost with one."""
    curve = _by_rooms(growth)
    if not curve.xs:
        outside.append("more than one room")
        return SAME
    return _at(curve, rooms, "rooms in a process", known, outside).over(curve.at(curve.xs[0]))


def _size_factor(growth: ArmGrowth, size: int, known: Spreads, outside: list[str]) -> Estimate:
    """The cost of a delivery of this size, divided by the cost of the usual size."""
    texts, images = _by_size(growth, "text"), _by_size(growth, "image")
    if not texts.xs:
        outside.append("the size of a message")
        return SAME
    if size <= TEXT or not images.xs:
        found = _at(texts, max(size, texts.xs[0]), _BYTES, known.texts, outside)
    else:
        found = _at(images, size, _BYTES, known.images, outside)
    return found.over(texts.at(USUAL_BYTES))


def _at(curve: Curve, x: float, what: str, known: Spread, outside: list[str]) -> Estimate:
    """The cost at `x`; what is outside of the measured points is said."""
    if not curve.xs[0] <= x <= curve.xs[-1]:
        outside.append(f"{x:.0f} {what} (measured: {curve.xs[0]} to {curve.xs[-1]})")
    return curve.at(x, known)


def _product(factors: Iterable[Estimate]) -> Estimate:
    """The product of values that are independent."""
    found = list(factors)
    error, freedom = satterthwaite([known_by(each.error**2, each.freedom) for each in found])
    return Estimate(sum(each.log for each in found), error, freedom)
