"""One chat with 1, 2, 4 and 8 server processes: what comes to whom, and what it costs.

All processes share the servers' core. So what is measured is CPU time, of the servers and of the
broker, and not how much several cores carry: `bench.analysis.scale` predicts that.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

import psutil

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.scale import ScaleSlot
from bench.experiments.experiment import Context
from bench.experiments.speed.plan import Kind
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks, arm_after_arm
from bench.stack.stack import Stack

NAME: Final = "scale"
WORKERS: Final = (1, 2, 4, 8)
ROOMS: Final = {100: 100, 10: 10}
"""How many members a stack has, by the members of a room: one room each."""
STARTS: Final = 2
ROUNDS: Final = 8
ROUNDS_ALONE: Final = 2
"""Rounds of an arm without a broker: after each slot, two seconds show what does not come."""
WARM_UP: Final = 2
_LOAD: Final = "35"


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline has one process."


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats on Daphne and uvicorn by fan-out, and the tuned ones over Redis."""
    if arm.kind != "chat" or arm.history != "off" or arm.server not in ("daphne", "uvicorn"):
        return False
    if arm.variant == "tuned":
        return arm.needs_redis and arm.server == "uvicorn"
    return arm.variant == "standard"


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts of all arms that the run does not have yet. Raises BenchError."""
    done = {
        (each.arm, each.start)
        for each in context.done
        if isinstance(each, ScaleSlot) and each.round == _rounds(context, each.arm)
    }

    def of_start(arm: Arm, start: int, running: ExitStack) -> Iterator[AnyObservation]:
        return _Start(context, arm, start).measure(running)

    return arm_after_arm(context, NAME, STARTS, done, of_start)


def _rounds(context: Context, arm_id: str) -> int:
    arm = next(each for each in context.arms if each.id == arm_id)
    return ROUNDS_ALONE if arm.fanout == "memory" else ROUNDS


class _Start:
    """One start of one arm, with a stack for each number of processes, until they stop."""

    def __init__(self, context: Context, arm: Arm, start: int) -> None:
        self._arm = arm.id
        self._rounds = _rounds(context, arm.id)
        self._workers = {f"{arm.id}@{count}": count for count in WORKERS}
        columns = [(name, replace(arm, workers=count)) for name, count in self._workers.items()]
        groups: dict[int | str, tuple[int, int]] = {
            room: (users, room) for room, users in ROOMS.items()
        }
        seed = f"{context.seed}/{NAME}/{arm.id}/{start}"
        self._stacks = Stacks(context, NAME, start, columns, lambda _: groups, seed=seed)

    def measure(self, running: ExitStack) -> Iterator[AnyObservation]:
        """The observations of this start, in one piece: a start that is cut short is made again."""
        stacks = self._stacks
        stacks.begin(running)
        yield from stacks.failures()
        placed = {name: _by_worker(stack) for name, stack in stacks.arms.stacks.items()}
        found = []
        for number in range(1 - WARM_UP, self._rounds + 1):
            for room in ROOMS:
                for column in stacks.shuffled():
                    slot = self._slot(column, room, number, placed[column])
                    if number > 0:
                        found.append(slot)
        stacks.close()
        yield from found

    def _slot(self, column: str, room: int, number: int, by_worker: list[int]) -> ScaleSlot:
        kind = Kind(_LOAD, room)
        before = self._stacks.before()
        turn, _ = self._stacks.turns.slot(column, kind)
        return ScaleSlot(
            arm=self._arm,
            round=number,
            room=room,
            workers=self._workers[column],
            by_worker=by_worker,
            refused=refusal(turn, kind, ROOMS[room]),
            **self._stacks.turned(turn, before),
        )


def _by_worker(stack: Stack) -> list[int]:
    """How many connections each server process has."""
    counts = []
    for child in stack.children:
        ends = psutil.Process(child.pid).net_connections("tcp")
        ours = [each for each in ends if each.laddr and each.laddr.port == stack.port]
        counts.append(sum(each.status == psutil.CONN_ESTABLISHED for each in ours))
    return counts
