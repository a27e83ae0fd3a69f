"""How long and how often: the turns of each profile, and the size of one turn."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.envelope.observation import Load
from bench.envelope.speed import MOST_STEADY_SHARE

SHARES: Final = {"35": 0.35, "65": 0.65, "saturated": 1.3}
"""The share of the servers' core that a load aims at; more than 1 is more than it can do."""
EQUAL_RATE: Final = 30.0
"""Messages a second in a room of 100 at the equal load: 3 000 deliveries a second."""
PAYLOAD_BYTES: Final = 120
USERS: Final = {100: 100, 10: 20, 1: 20}
"""How many members a stack has in rooms of this size."""
SLOT_S: Final = 0.1
LEAST_MESSAGES: Final = 3
"""A slot is longer than `SLOT_S` where fewer messages than this would come in it."""
WINDOW_MESSAGES: Final = 400
"""Of an arm at one load, in all windows together; a p99 with an interval needs 368."""
RELAXATIONS: Final = 20
"""The windows of an arm last this many relaxation times of its queue together, at least."""
WINDOW_LEAST_S: Final = 1.0
_BUSIEST: Final = 0.95
"""A queue with a larger share is treated as if it had this one: at 1 it never forgets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of turn: the load, and the members of a room."""

    load: Load
    room: int


@dataclass(frozen=True, slots=True)
class Size:
    """A profile: how often the stacks start, and in each start the turns and the windows."""

    starts: int
    slots: dict[Kind, int]
    windows: dict[Kind, float]
    """The share of `WINDOW_MESSAGES` and of `RELAXATIONS` that one start contributes."""
    idle_s: float


QUICK: Final = Size(
    starts=2,
    slots={
        Kind("35", 100): 10,
        Kind("65", 100): 10,
        Kind("35", 1): 3,
        Kind("65", 1): 3,
        Kind("35", 10): 2,
        Kind("equal", 100): 2,
        Kind("saturated", 100): 2,
    },
    windows={Kind("65", 100): 0.5},
    idle_s=1.0,
)
FULL: Final = Size(
    starts=5,
    slots={
        Kind("35", 100): 8,
        Kind("65", 100): 8,
        Kind("35", 1): 2,
        Kind("65", 1): 2,
        Kind("35", 10): 2,
        Kind("equal", 100): 2,
        Kind("saturated", 100): 2,
    },
    windows={Kind("35", 100): 0.2, Kind("65", 100): 0.2, Kind("equal", 100): 0.2},
    idle_s=2.0,
)
SIZES: Final = {"quick": QUICK, "full": FULL}


def rounds(size: Size, chance: random.Random) -> list[tuple[Kind, int]]:
    """The rounds of one start in random order: in each one, all arms have a turn of one kind."""
    every = [(kind, number) for kind, count in size.slots.items() for number in range(count)]
    chance.shuffle(every)
    return every


def shuffled(columns: Sequence[str], chance: random.Random) -> Iterator[str]:
    """The arms in a new random order."""
    return iter(chance.sample(columns, len(columns)))


def slot_of(kind: Kind, message_s: float, limit: float) -> tuple[int, float]:
    """The messages and the seconds of a slot.

    `message_s` is the CPU time of one message in seconds, with all its deliveries; `limit` is the
    largest number of messages a second that the generator can bear.
    """
    if kind.load == "equal":
        return round(EQUAL_RATE * SLOT_S), SLOT_S
    share = SHARES[kind.load]
    seconds = max(SLOT_S, LEAST_MESSAGES * message_s / share)
    if kind.load == "saturated":
        seconds *= 2
    return max(1, round(min(share / message_s, limit) * seconds)), seconds


def is_steady(kind: Kind, message_s: float) -> bool:
    """Whether an arm has a latency at this load; see `MOST_STEADY_SHARE`.

    The shares of the other loads are chosen, and the equal load may be more than an arm can do.
    """
    return kind.load != "equal" or EQUAL_RATE * message_s <= MOST_STEADY_SHARE


def window_of(kind: Kind, message_s: float, limit: float, part: float) -> tuple[float, float]:
    """The messages a second and the seconds of a window; see `slot_of`.

    `part` is the share of the messages and of the relaxation times that this window contributes.
    """
    rate = EQUAL_RATE if kind.load == "equal" else min(SHARES[kind.load] / message_s, limit)
    enough_s = max(WINDOW_MESSAGES / rate, RELAXATIONS * relaxation_s(message_s, rate * message_s))
    return rate, max(part * enough_s, WINDOW_LEAST_S)


def relaxation_s(message_s: float, share: float) -> float:
    """The seconds in which a queue forgets how long it was, with a factor of e.

    Messages come at random times and each takes `message_s`: an M/D/1 queue at `share`. The
    exponent of its workload, s - share (1 - exp(-s message_s)) / message_s, is least where
    s = log(share) / message_s, and that least value is the rate at which the queue forgets.
    """
    busy = min(share, _BUSIEST)
    return message_s / (busy - 1 - math.log(busy))
