"""`chatbench run --experiment history`: each chat without a history, with SQLite, with PostgreSQL.

All stacks of all chats take turns on the servers' core, as in the experiment `speed`, so that the
cost with a history and without one met the same state of the machine.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

import msgspec

from bench.declared.arms import Arm
from bench.envelope.history import HistoryAcks, HistoryEntry, HistorySlot, HistoryWindow, Way
from bench.envelope.kinds import AnyObservation
from bench.errors import BenchError
from bench.experiments.experiment import Context
from bench.experiments.history.probe import answers
from bench.experiments.speed.arms import group_of
from bench.experiments.speed.plan import PAYLOAD_BYTES, USERS, Kind
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks
from bench.load.orders import TakeWindow
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
                yield from _Start(context, start).measure(running)


def ways_of(arm: Arm) -> tuple[Way, ...]:
    """The ways that an arm has: only Django's queries run in threads."""
    return _WAYS + _STOCK if arm.framework == "django-channels" else _WAYS


class _Start:
    """One start of all stacks, until they stop."""

    def __init__(self, context: Context, start: int) -> None:
        every = [(arm, way) for arm in context.arms for way in ways_of(arm)]
        self._ways = {f"{arm.id}@{way.name}": (arm.id, way) for arm, way in every}
        arms = [_with(arm, way) for arm, way in every]
        columns = list(zip(self._ways, arms, strict=True))
        groups: dict[int | str, tuple[int, int]] = {ROOM: (USERS[ROOM], ROOM)}
        seed = f"{context.seed}/{NAME}/{start}"
        self._stacks = Stacks(context, NAME, start, columns, lambda _: groups, seed=seed)

    def measure(self, running: ExitStack) -> Iterator[AnyObservation]:
        """The observations of this start, in one piece: a start that is cut short is made again."""
        stacks = self._stacks
        stacks.begin(running)
        for each in stacks.failures():
            arm, way = self._ways[each.arm]
            yield msgspec.structs.replace(each, arm=arm, reason=f"{way.name}: {each.reason}")
        self._say(f"{len(stacks.arms.columns)} stacks are up")
        found: list[HistoryEntry] = list(self._slots())
        for step, name in ((self._window, "deliveries"), (self._acks, "acks")):
            found += [step(each) for each in stacks.shuffled()]
            self._say(f"{name} are measured")
        stacks.close()
        yield from found

    def _slots(self) -> Iterator[HistorySlot]:
        for number in range(1 - WARM_UP, ROUNDS + 1):
            for column in self._stacks.shuffled():
                slot = self._slot(column, number)
                if number > 0:
                    yield slot
        self._say(f"{ROUNDS} rounds")

    def _slot(self, column: str, number: int) -> HistorySlot:
        kind = Kind(_LOAD, ROOM)
        before = self._stacks.before()
        turn, _ = self._stacks.turns.slot(column, kind)
        arm, way = self._ways[column]
        return HistorySlot(
            arm=arm,
            round=number,
            room=ROOM,
            way=way,
            refused=refusal(turn, kind, USERS[ROOM]),
            **self._stacks.turned(turn, before),
        )

    def _window(self, column: str) -> HistoryWindow:
        order = TakeWindow(group_of(column, ROOM), WINDOW_RATE, WINDOW_S, WINDOW_S / 10)
        turn = self._stacks.turns.take(order)
        arm, way = self._ways[column]
        return HistoryWindow(
            arm=arm,
            way=way,
            rate=WINDOW_RATE,
            counts=turn.counts,
            latency_us=turn.latency_us,
            refused=refusal(turn, Kind(_LOAD, ROOM), USERS[ROOM]),
            **self._stacks.made(),
        )

    def _acks(self, column: str) -> HistoryAcks:
        """Raises BenchError if the member is put out."""
        arm, way = self._ways[column]
        try:
            acks, deliveries = asyncio.run(
                answers(self._stacks.arms.stacks[column], PROBES, "x" * PAYLOAD_BYTES)
            )
        except OSError as error:
            raise BenchError(f"A member of {column} could not enter: {error}.") from error
        return HistoryAcks(
            arm=arm,
            way=way,
            ack_us=acks,
            delivery_us=deliveries,
            **self._stacks.made(),
        )

    def _say(self, words: str) -> None:
        self._stacks.context.say(f"start {self._stacks.start} of {STARTS}: {words}")


def _with(arm: Arm, way: Way) -> Arm:
    variant = "stock" if way.pools == "stock" else arm.variant
    return replace(arm, history=way.storage, variant=variant)
