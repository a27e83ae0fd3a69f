"""One chat with 1, 2, 4 and 8 server processes: what comes to whom, and what it costs.

All processes share the servers' core. So what is measured is CPU time, of the servers and of the
broker, and not how much several cores carry: `bench.analysis.scale` predicts that.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

import psutil

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Failed
from bench.envelope.scale import ScaleSlot
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import Arms
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import Kind, shuffled
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler
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
    for number, arm in enumerate(context.arms, start=1):
        for start in range(1, STARTS + 1):
            if (arm.id, start) in done:
                continue
            with ExitStack() as running:
                yield from _Start(context, arm, start, running).measure()
            context.say(
                f"[{number}/{len(context.arms)}] {NAME} {arm.id}: start {start} of {STARTS}"
            )


def _rounds(context: Context, arm_id: str) -> int:
    arm = next(each for each in context.arms if each.id == arm_id)
    return ROUNDS_ALONE if arm.fanout == "memory" else ROUNDS


class _Start:
    """One start of one arm, with a stack for each number of processes, until they stop."""

    def __init__(self, context: Context, arm: Arm, start: int, running: ExitStack) -> None:
        self._context = context
        self._arm = arm.id
        self._start = start
        self._rounds = _rounds(context, arm.id)
        self._chance = random.Random(f"{context.seed}/{NAME}/{arm.id}/{start}")
        self._cores = context.pinning.servers
        self._generator = running.enter_context(SessionProcess(context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        self._workers = {f"{arm.id}@{count}": count for count in WORKERS}
        columns = [(name, replace(arm, workers=count)) for name, count in self._workers.items()]
        groups: dict[int | str, tuple[int, int]] = {
            room: (users, room) for room, users in ROOMS.items()
        }
        self._arms = Arms(context, self._generator, columns, lambda _: groups)
        self._turns = Turns(self._arms, self._generator, generator_limit(context.done))
        self._arms.start(running)

    def measure(self) -> Iterator[AnyObservation]:
        """The observations of this start, in one piece: a start that is cut short is made again."""
        self._arms.connect(self._chance.getrandbits(32))
        for column, reason in self._arms.failed.items():
            yield Failed(experiment=NAME, arm=column, at_s=self._context.at_s(), reason=reason)
        placed = {name: _by_worker(stack) for name, stack in self._arms.stacks.items()}
        found = []
        for number in range(1 - WARM_UP, self._rounds + 1):
            for room in ROOMS:
                for column in shuffled(self._arms.columns, self._chance):
                    slot = self._slot(column, room, number, placed[column])
                    if number > 0:
                        found.append(slot)
        self._generator.must(CloseAll())
        yield from found

    def _slot(self, column: str, room: int, number: int, by_worker: list[int]) -> ScaleSlot:
        kind = Kind(_LOAD, room)
        ruler_s, stolen_s = self._ruler.seconds(), machine.steal_seconds(self._cores)
        turn, _ = self._turns.slot(column, kind)
        return ScaleSlot(
            experiment=NAME,
            arm=self._arm,
            at_s=self._context.at_s(),
            start=self._start,
            round=number,
            room=room,
            workers=self._workers[column],
            by_worker=by_worker,
            members=turn.members,
            elapsed_s=turn.elapsed_s,
            cpu=turn.cpu,
            counts=turn.counts,
            generator=turn.generator,
            core=Core(round(ruler_s, 7), round(machine.steal_seconds(self._cores) - stolen_s, 3)),
            refused=refusal(turn, kind, ROOMS[room]),
        )


def _by_worker(stack: Stack) -> list[int]:
    """How many connections each server process has."""
    counts = []
    for child in stack.children:
        ends = psutil.Process(child.pid).net_connections("tcp")
        ours = [each for each in ends if each.laddr and each.laddr.port == stack.port]
        counts.append(sum(each.status == psutil.CONN_ESTABLISHED for each in ours))
    return counts
