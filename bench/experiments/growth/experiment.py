"""`chatbench run --experiment growth`: arm after arm, the points of a round in random order.

Each group of members has a server process of its own, because a layer may look at all members of
its process, whatever their rooms. All processes of an arm take turns on the servers' core, so that
a ratio of two points is free of what differs between two minutes.
"""

import statistics
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import msgspec

from bench.declared.arms import Arm
from bench.envelope.growth import GrowthSlot
from bench.envelope.kinds import AnyObservation
from bench.experiments.experiment import Context
from bench.experiments.growth.plan import POINTS, ROUNDS, STARTS, WARM_UP, Point, slot_of
from bench.experiments.speed.arms import group_of
from bench.experiments.speed.plan import Kind
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks, arm_after_arm
from bench.load.orders import TakeSlot

NAME: Final = "growth"
_REMEMBERED: Final = 5
_FIRST_S: Final = 0.0001
"""CPU seconds of a delivery, before anything is known of an arm."""
_FIRST_BYTE_S: Final = 2e-9


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline takes no images."


def takes_part(arm: Arm, _: str) -> bool:
    """The chats on uvicorn that are marked for `quick`: the server is another question."""
    return arm.kind == "chat" and arm.quick and arm.server == "uvicorn"


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts of all arms that the run does not have yet. Raises BenchError."""
    done = {(each.arm, each.start) for each in context.done if isinstance(each, GrowthSlot)}

    def of_start(arm: Arm, start: int, running: ExitStack) -> Iterator[AnyObservation]:
        return _Start(context, arm, start).measure(running)

    return arm_after_arm(context, NAME, STARTS, done, of_start)


class _Start:
    """One start of one arm, until it stops."""

    def __init__(self, context: Context, arm: Arm, start: int) -> None:
        self._arm = arm.id
        self._costs: dict[Point, deque[float]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        columns = [(_column(arm.id, group), arm) for group in _groups()]
        seed = f"{context.seed}/{NAME}/{arm.id}/{start}"
        self._stacks = Stacks(context, NAME, start, columns, _groups_of, seed=seed)

    def measure(self, running: ExitStack) -> Iterator[AnyObservation]:
        """The observations of this start, in one piece: a start that is cut short is made again."""
        self._stacks.begin(running)
        for each in self._stacks.failures():
            yield msgspec.structs.replace(each, arm=self._arm)
            return
        found = []
        for number in range(1 - WARM_UP, ROUNDS + 1):
            for point in self._stacks.chance.sample(POINTS, len(POINTS)):
                slot = self._slot(point, number)
                if number > 0:
                    found.append(slot)
        self._stacks.close()
        yield from found

    def _slot(self, point: Point, number: int) -> GrowthSlot:
        message_s = self._message_s(point)
        messages, seconds = slot_of(point, message_s, self._stacks.turns.limit / point.room)
        before = self._stacks.before()
        group = group_of(_column(self._arm, point.group), point.group)
        order = TakeSlot(group, messages, seconds, point.content)
        turn = self._stacks.turns.take(order)
        if turn.counts.sent and turn.cpu.total_s > 0:
            self._costs[point].append(turn.cpu.total_s / turn.counts.sent)
        return GrowthSlot(
            arm=self._arm,
            round=number,
            room=point.room,
            rooms=point.rooms,
            axis=point.axis,
            content=point.content.kind,
            size=point.content.size,
            refused=refusal(turn, Kind("35", point.room), point.users),
            **self._stacks.turned(turn, before),
        )

    def _message_s(self, point: Point) -> float:
        """CPU seconds of a message at this point, by its newest slots."""
        found = self._costs.get(point)
        if found:
            return statistics.median(found)
        return point.room * (_FIRST_S + _FIRST_BYTE_S * point.content.size)


def _groups() -> dict[str, tuple[int, int]]:
    """The groups of the points: how many users connect, and how many of them share a room."""
    return {point.group: (point.users, point.room) for point in POINTS}


def _column(arm: str, group: str) -> str:
    """The name of the stack that has only this group."""
    return f"{arm}@{group}"


def _groups_of(column: str) -> dict[int | str, tuple[int, int]]:
    group = column.rpartition("@")[2]
    return {group: _groups()[group]}
