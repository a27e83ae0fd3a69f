"""`chatbench run --experiment history`: each chat without a history, with SQLite, with PostgreSQL.

All stacks of all chats take turns on the servers' core, as in the experiment `speed`, so that the
cost with a history and without one met the same state of the machine.
"""

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.history import HistoryAcks, HistoryEntry, HistorySlot, HistoryWindow, Way
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Failed
from bench.errors import BenchError
from bench.experiments.experiment import Context
from bench.experiments.history.probe import answers
from bench.experiments.speed.arms import Arms, group_of
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import PAYLOAD_BYTES, USERS, Kind, shuffled
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll, TakeWindow
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler
from bench.stack.storage import missing_engine

NAME: Final = "history"
ROOM: Final = 10
"""Members of a room: few, because a history costs by the message and not by the delivery."""
STARTS: Final = 3
ROUNDS: Final = 12
WARM_UP: Final = 2
WINDOW_S: Final = 8.0
WINDOW_RATE: Final = 30.0
PROBES: Final = 100
_LOAD: Final = "35"
_WAYS: Final = (Way("off"), Way("sqlite"), Way("postgresql"))
_STOCK: Final = (Way("sqlite", "stock"), Way("postgresql", "stock"))


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.kind != "chat":
        return "a baseline has no history."
    if arm.history != "off" or arm.variant != "standard":
        return "it takes a standard chat without a history, and adds the histories itself."
    return missing_engine(replace(arm, history="postgresql"))


def takes_part(arm: Arm, _: str) -> bool:
    """Both chats on uvicorn in one process: servers and fan-outs are other questions."""
    return can(arm) is None and arm.server == "uvicorn" and arm.fanout == "memory"


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts that the run does not have yet. Raises BenchError."""
    done = {each.start for each in context.done if isinstance(each, HistoryAcks)}
    for start in range(1, STARTS + 1):
        if start not in done:
            with ExitStack() as running:
                yield from _Start(context, start, running).measure()


def ways_of(arm: Arm) -> tuple[Way, ...]:
    """The ways that an arm has: only Django's queries run in threads."""
    return _WAYS + _STOCK if arm.framework == "django-channels" else _WAYS


class _Start:
    """One start of all stacks, until they stop."""

    def __init__(self, context: Context, start: int, running: ExitStack) -> None:
        self._context = context
        self._start = start
        self._chance = random.Random(f"{context.seed}/{NAME}/{start}")
        self._cores = context.pinning.servers
        self._generator = running.enter_context(SessionProcess(context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        every = [(arm, way) for arm in context.arms for way in ways_of(arm)]
        self._ways = {f"{arm.id}@{way.name}": (arm.id, way) for arm, way in every}
        arms = [_with(arm, way) for arm, way in every]
        columns = list(zip(self._ways, arms, strict=True))
        groups: dict[int | str, tuple[int, int]] = {ROOM: (USERS[ROOM], ROOM)}
        self._arms = Arms(context, self._generator, columns, lambda _: groups)
        self._turns = Turns(self._arms, self._generator, generator_limit(context.done))
        self._arms.start(running)

    def measure(self) -> Iterator[AnyObservation]:
        """The observations of this start, in one piece: a start that is cut short is made again."""
        self._arms.connect(self._chance.getrandbits(32))
        for column, reason in self._arms.failed.items():
            yield Failed(
                experiment=NAME,
                arm=self._ways[column][0],
                at_s=self._context.at_s(),
                reason=f"{self._ways[column][1].name}: {reason}",
            )
        self._say(f"{len(self._arms.columns)} stacks are up")
        found: list[HistoryEntry] = list(self._slots())
        for step, name in ((self._window, "deliveries"), (self._acks, "acks")):
            found += [step(each) for each in shuffled(self._arms.columns, self._chance)]
            self._say(f"{name} are measured")
        self._generator.must(CloseAll())
        yield from found

    def _slots(self) -> Iterator[HistorySlot]:
        for number in range(1 - WARM_UP, ROUNDS + 1):
            for column in shuffled(self._arms.columns, self._chance):
                slot = self._slot(column, number)
                if number > 0:
                    yield slot
        self._say(f"{ROUNDS} rounds")

    def _slot(self, column: str, number: int) -> HistorySlot:
        kind = Kind(_LOAD, ROOM)
        ruler_s, stolen_s = self._ruler.seconds(), machine.steal_seconds(self._cores)
        turn, _ = self._turns.slot(column, kind)
        arm, way = self._ways[column]
        return HistorySlot(
            experiment=NAME,
            arm=arm,
            at_s=self._context.at_s(),
            start=self._start,
            round=number,
            room=ROOM,
            way=way,
            members=turn.members,
            elapsed_s=turn.elapsed_s,
            cpu=turn.cpu,
            counts=turn.counts,
            generator=turn.generator,
            core=Core(round(ruler_s, 7), round(machine.steal_seconds(self._cores) - stolen_s, 3)),
            refused=refusal(turn, kind, USERS[ROOM]),
        )

    def _window(self, column: str) -> HistoryWindow:
        order = TakeWindow(group_of(column, ROOM), WINDOW_RATE, WINDOW_S, WINDOW_S / 10)
        turn = self._turns.take(order)
        arm, way = self._ways[column]
        return HistoryWindow(
            experiment=NAME,
            arm=arm,
            at_s=self._context.at_s(),
            start=self._start,
            way=way,
            rate=WINDOW_RATE,
            counts=turn.counts,
            latency_us=turn.latency_us,
            refused=refusal(turn, Kind(_LOAD, ROOM), USERS[ROOM]),
        )

    def _acks(self, column: str) -> HistoryAcks:
        """Raises BenchError if the member is put out."""
        arm, way = self._ways[column]
        try:
            acks, deliveries = asyncio.run(
                answers(self._arms.stacks[column], PROBES, "x" * PAYLOAD_BYTES)
            )
        except OSError as error:
            raise BenchError(f"A member of {column} could not enter: {error}.") from error
        return HistoryAcks(
            experiment=NAME,
            arm=arm,
            at_s=self._context.at_s(),
            start=self._start,
            way=way,
            ack_us=acks,
            delivery_us=deliveries,
        )

    def _say(self, words: str) -> None:
        self._context.say(f"start {self._start} of {STARTS}: {words}")


def _with(arm: Arm, way: Way) -> Arm:
    variant = "stock" if way.pools == "stock" else arm.variant
    return replace(arm, history=way.storage, variant=variant)
