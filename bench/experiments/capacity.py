"""The largest rate that a stack sustains with p99 <= 100 ms: a search with windows.

In each round, every arm has one window, in random order. Its rate is chosen from the windows that
the arm had before (`bench.analysis.sustained`): first until one window passed and another failed,
then on both sides of the limit.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.analysis.capacity import rate_window
from bench.analysis.sustained import LIMIT_US, RateWindow, next_rate
from bench.declared.arms import Arm
from bench.envelope.capacity import CapacityWindow
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Failed
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import Arms, group_of
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import RELAXATIONS, Kind, relaxation_s, shuffled
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll, TakeWindow
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler

NAME: Final = "capacity"
ROOM: Final = 100
STARTS: Final = 2
ROUNDS: Final = 6
"""Rounds in each start."""
WINDOW_S: Final = (3.0, 12.0)
"""The shortest and the longest window, without its warm-up."""
WARM_UP: Final = 5
"""Slots of each arm before its first window, from which the first rate is guessed."""
_WARM_UP_PART: Final = 0.2
"""The part of a window before it for which its rate runs already: a queue has to build up."""
_GUESS: Final = 0.8
"""The share of the core at which a search begins."""
_KIND: Final = Kind("65", ROOM)


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "the latency of a relay answers no question."


def takes_part(arm: Arm, profile: str) -> bool:
    """All chats in `full`, the chats that are marked in `quick`."""
    return arm.kind == "chat" and (arm.quick or profile == "full")


def measure(context: Context) -> Iterator[AnyObservation]:
    """All starts that the run does not have yet. Raises BenchError."""
    done = [each for each in context.done if isinstance(each, CapacityWindow)]
    found: dict[str, list[RateWindow]] = defaultdict(list)
    for each in done:
        if each.refused is None:
            found[each.arm].append(rate_window(each))
    for start in range(max((each.start for each in done), default=0) + 1, STARTS + 1):
        with ExitStack() as running:
            yield from _Start(context, start, found, running).measure()


class _Start:
    """One start of all stacks, until they stop. `found` are the windows of every arm so far."""

    def __init__(
        self, context: Context, start: int, found: dict[str, list[RateWindow]], running: ExitStack
    ) -> None:
        self._context = context
        self._start = start
        self._found = found
        self._chance = random.Random(f"{context.seed}/{NAME}/{start}")
        self._cut: set[str] = set()
        """The arms that lost a member in this start."""
        self._cores = context.pinning.servers
        self._generator = running.enter_context(SessionProcess(context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        columns = [(arm.id, arm) for arm in context.arms]
        self._arms = Arms(context, self._generator, columns, lambda _: {ROOM: (ROOM, ROOM)})
        self._turns = Turns(self._arms, self._generator, generator_limit(context.done))
        self._arms.start(running)

    def measure(self) -> Iterator[AnyObservation]:
        """The observations of this start, as they are made. Raises BenchError."""
        arms, say = self._arms, self._context.say
        arms.connect(self._chance.getrandbits(32))
        say(f"start {self._start} of {STARTS}: {len(arms.stacks)} stacks are up")
        for arm, reason in arms.failed.items():
            yield Failed(experiment=NAME, arm=arm, at_s=self._context.at_s(), reason=reason)
        for _ in range(WARM_UP):
            for arm in shuffled(arms.columns, self._chance):
                self._turns.slot(arm, _KIND)
        for number in range(1, ROUNDS + 1):
            for arm in shuffled(arms.columns, self._chance):
                window = self._window(arm, (self._start - 1) * ROUNDS + number)
                if window.refused is None:
                    self._found[arm].append(rate_window(window))
                yield window
            say(f"start {self._start} of {STARTS}: round {number} of {ROUNDS}")
        self._generator.must(CloseAll())

    def _window(self, arm: str, number: int) -> CapacityWindow:
        message_s = self._turns.message_s(arm, ROOM)
        rate = min(next_rate(self._found[arm], _GUESS / message_s), self._turns.limit / ROOM)
        seconds = seconds_of(rate, message_s)
        ruler_s, stolen_s = self._ruler.seconds(), machine.steal_seconds(self._cores)
        order = TakeWindow(group_of(arm, ROOM), rate, seconds, _WARM_UP_PART * seconds)
        turn = self._turns.take(order)
        # A cut in this window is its result. After it, the room is another one.
        refused = refusal(turn, _KIND, ROOM if arm in self._cut else turn.members)
        if turn.members < ROOM:
            self._cut.add(arm)
        return CapacityWindow(
            experiment=NAME,
            arm=arm,
            at_s=self._context.at_s(),
            start=self._start,
            round=number,
            room=ROOM,
            members=turn.members,
            rate=round(rate, 4),
            seconds=turn.elapsed_s,
            messages=len(turn.worst_us),
            late=sum(worst > LIMIT_US for worst in turn.worst_us),
            latency_us=turn.latency_us,
            cpu=turn.cpu,
            counts=turn.counts,
            generator=turn.generator,
            core=Core(round(ruler_s, 7), round(machine.steal_seconds(self._cores) - stolen_s, 3)),
            refused=refused,
        )


def seconds_of(rate: float, message_s: float) -> float:
    """How long a window is: many relaxation times of the queue, within bounds."""
    shortest, longest = WINDOW_S
    return min(max(RELAXATIONS * relaxation_s(message_s, rate * message_s), shortest), longest)
