"""The points at which each arm is measured: in every round, one slot at each."""

from dataclasses import dataclass
from typing import Final

from bench.envelope.growth import Axis
from bench.load.messages import Content

KIB: Final = 1024
STARTS: Final = 2
ROUNDS: Final = 6
"""Rounds in each start, without the warm-up."""
WARM_UP: Final = 2
SHARE: Final = 0.35
"""The share of the servers' core that a slot aims at."""
EQUAL_DELIVERIES: Final = 3000.0
"""Deliveries a second on the axis `equal`, whatever the members of the room."""
SLOT_S: Final = 0.15
LEAST_MESSAGES: Final = 3
"""A slot is longer than `SLOT_S` where fewer messages than this would come in it."""
LONGEST_S: Final = 4.0

_TEXT: Final = Content("text", 120)


@dataclass(frozen=True, slots=True)
class Point:
    """One condition: `rooms` rooms of `room` members, and what each message carries."""

    axis: Axis
    room: int
    rooms: int
    content: Content = _TEXT

    @property
    def group(self) -> str:
        """The group of members that it needs; points of the same group share a server."""
        return f"{self.rooms}x{self.room}"

    @property
    def users(self) -> int:
        """How many members are connected."""
        return self.room * self.rooms


POINTS: Final = (
    Point("members", 1, 20),
    *(Point("members", room, 1) for room in (10, 100, 1000)),
    *(Point("equal", room, 1) for room in (10, 100, 1000)),
    *(Point("rooms", 10, rooms) for rooms in (1, 10, 100)),
    *(Point("size", 10, 1, Content("text", size)) for size in (100, 1000, 4000)),
    *(Point("size", 10, 1, Content("image", KIB * size)) for size in (16, 128, 1024)),
)


def slot_of(point: Point, message_s: float, limit: float) -> tuple[int, float]:
    """The messages and the seconds of a slot.

    `message_s` is the CPU time of a message in seconds with all its deliveries; `limit` the largest
    number of messages a second that the generator can bear.
    """
    equal = point.axis == "equal"
    rate = EQUAL_DELIVERIES / point.room if equal else min(SHARE / message_s, limit)
    seconds = min(max(SLOT_S, LEAST_MESSAGES / rate), LONGEST_S)
    return max(1, round(rate * seconds)), seconds
