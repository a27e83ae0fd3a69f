"""The experiment `speed`: starts of all stacks, and in each start rounds of slots and windows."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Counts, Cpu, Failed, GeneratorUse
from bench.envelope.speed import Slot, Window
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import Arms, columns_of, group_of
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import (
    SIZES,
    USERS,
    Kind,
    Size,
    is_steady,
    rounds,
    shuffled,
    window_of,
)
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll, TakeWindow, Turn
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler

NAME: Final = "speed"
_WARM_UP: Final = {100: 3, 10: 1, 1: 2}
"""Slots of each arm before the first one that counts, by the members of a room."""
_LATE_PART: Final = 0.1
"""The largest part of a printed latency that may be the generator's lateness."""
_WINDOW_TRIES: Final = 2


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts that the run does not have yet. Raises BenchError."""
    size = SIZES[context.profile]
    slots = [each for each in context.done if isinstance(each, Slot | Window)]
    first = max((each.start for each in slots), default=0) + 1
    for start in range(first, max(first, size.starts) + 1):
        with ExitStack() as running:
            yield from _Start(context, size, start, running).measure()


class _Start:
    """One start of all stacks, until they stop."""

    def __init__(self, context: Context, size: Size, start: int, running: ExitStack) -> None:
        pinning = context.pinning
        self._context = context
        self._size = size
        self._start = start
        self._chance = random.Random(f"{context.seed}/{start}")
        self._cores = pinning.servers
        self._generator = running.enter_context(SessionProcess(pinning.generator))
        self._ruler = running.enter_context(Ruler(pinning.servers))
        self._arms = Arms(context, self._generator, columns_of(context.arms))
        self._turns = Turns(self._arms, self._generator, generator_limit(context.done))
        self._arms.start(running)
        self._ruler_s = self._ruler.seconds()

    def measure(self) -> Iterator[AnyObservation]:
        """The observations of this start, as they are made."""
        size, arms, say = self._size, self._arms, self._context.say
        arms.connect(self._chance.getrandbits(32))
        say(f"start {self._start} of {size.starts}: {len(arms.stacks)} stacks are up")
        for column, reason in arms.failed.items():
            yield Failed(experiment=NAME, arm=column, at_s=self._context.at_s(), reason=reason)
        yield from self._idle()
        self._warm_up()
        plan = rounds(size, self._chance)
        for done, (kind, number) in enumerate(plan, start=1):
            for column in shuffled(arms.columns, self._chance):
                yield self._slot(column, kind, number)
            if done % 5 == 0 or done == len(plan):
                say(f"start {self._start} of {size.starts}: {done} of {len(plan)} rounds")
        for kind, part in size.windows.items():
            for column in shuffled(arms.chats, self._chance):
                yield from self._window(column, kind, part)
            say(f"start {self._start} of {size.starts}: latency at {kind.load}")
        self._generator.must(CloseAll())

    def _idle(self) -> Iterator[Slot]:
        """What each stack costs while its members are silent."""
        columns = self._arms.columns
        before = {column: self._arms.stacks[column].cpu_seconds() for column in columns}
        began, stolen = time.monotonic(), machine.steal_seconds(self._cores)
        time.sleep(self._size.idle_s)
        around = self._around(stolen)
        for column in columns:
            after, elapsed_s = self._arms.stacks[column].cpu_seconds(), time.monotonic() - began
            used = [round(b - a, 7) for a, b in zip(before[column], after, strict=True)]
            yield Slot(
                experiment=NAME,
                arm=column,
                at_s=self._context.at_s(),
                start=self._start,
                round=0,
                load="idle",
                room=0,
                members=sum(USERS.values()),
                messages=0,
                seconds=self._size.idle_s,
                elapsed_s=round(elapsed_s, 6),
                cpu=Cpu(*used),
                counts=Counts(sent=0, expected=0, delivered=0),
                generator=GeneratorUse(cpu_s=0.0, late_p99_us=0.0),
                core=around,
            )

    def _warm_up(self) -> None:
        """Slots that do not count: caches fill, and the calibration learns what a message costs."""
        for room, slots in _WARM_UP.items():
            for _ in range(slots):
                for column in shuffled(self._arms.columns, self._chance):
                    self._slot(column, Kind("35", room), 0)

    def _slot(self, column: str, kind: Kind, number: int) -> Slot:
        stolen = machine.steal_seconds(self._cores)
        turn, seconds = self._turns.slot(column, kind)
        return Slot(
            experiment=NAME,
            arm=column,
            at_s=self._context.at_s(),
            start=self._start,
            round=number,
            load=kind.load,
            room=kind.room,
            members=turn.members,
            messages=turn.counts.sent,
            seconds=round(seconds, 6),
            elapsed_s=turn.elapsed_s,
            cpu=turn.cpu,
            counts=turn.counts,
            generator=turn.generator,
            core=self._around(stolen),
            refused=refusal(turn, kind, USERS[kind.room]),
        )

    def _window(self, column: str, kind: Kind, part: float) -> Iterator[Window]:
        """A window, and again while the generator was too late; each try is observed.

        None where the load is nearly all that the arm can do, or more.
        """
        for _ in range(_WINDOW_TRIES):
            message_s = self._turns.message_s(column, kind.room)
            if not is_steady(kind, message_s):
                return
            rate, seconds = window_of(kind, message_s, self._turns.limit / kind.room, part)
            stolen = machine.steal_seconds(self._cores)
            order = TakeWindow(group_of(column, kind.room), rate, seconds, seconds / 10)
            turn = self._turns.take(order)
            refused, late = refusal(turn, kind, USERS[kind.room]), _late(turn)
            yield Window(
                experiment=NAME,
                arm=column,
                at_s=self._context.at_s(),
                start=self._start,
                load=kind.load,
                room=kind.room,
                rate=round(rate, 4),
                seconds=turn.elapsed_s,
                cpu=turn.cpu,
                counts=turn.counts,
                latency_us=turn.latency_us,
                worst_us=turn.worst_us,
                middle_us=turn.middle_us,
                generator=turn.generator,
                core=self._around(stolen),
                parts=tuple(turn.parts),
                refused=refused,
                late=late,
            )
            if refused is None and late is None:
                return

    def _around(self, stolen_s: float) -> Core:
        """The core around the turn that ends now: the ruler before it, and the steal time.

        `stolen_s` is the steal time at the start of the turn. The ruler right after a turn would
        find the caches as this arm left them; before a turn, another arm of random choice did.
        """
        before, self._ruler_s = self._ruler_s, self._ruler.seconds()
        stolen = machine.steal_seconds(self._cores) - stolen_s
        return Core(round(before, 7), round(stolen, 3))


def _late(turn: Turn) -> str | None:
    late, printed = turn.generator.late_p99_us, turn.latency_us.p99
    if late > _LATE_PART * printed:
        return f"the generator was {late / 1000:.1f} ms late, of a p99 of {printed / 1000:.1f} ms"
    return None


def can(_: Arm) -> str | None:
    """Every arm can be measured."""
    return None


def takes_part(arm: Arm, profile: str) -> bool:
    """All arms in `full`, the arms that are marked in `quick`."""
    return arm.quick or profile == "full"
