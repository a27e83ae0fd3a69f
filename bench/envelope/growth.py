"""The experiment `growth`: slots of one arm at points that differ in one thing."""

from typing import Literal

from bench.envelope.speed import ShortTurn

Axis = Literal["members", "equal", "rooms", "size"]
"""What is varied: the members of a room at an equal share of the core, or at equal deliveries a
second; the number of rooms; the size of a message."""


class GrowthSlot(ShortTurn, frozen=True, kw_only=True, tag="growth"):
    """A short turn at one point; `rooms` rooms of `room` members, and `size` bytes a message."""

    axis: Axis
    rooms: int
    content: Literal["text", "image"]
    size: int
