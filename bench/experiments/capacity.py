"""The largest rate that a stack sustains with p99 <= 100 ms: a search with windows.

In each round, every arm has one window, in random order. Its rate is chosen from the windows that
the arm had before (`bench.analysis.sustained`): first until one window passed and another failed,
then on both sides of the limit.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.analysis.capacity import rate_window
from bench.analysis.sustained import LIMIT_US, RateWindow, next_rate
from bench.declared.arms import Arm
from bench.envelope.capacity import CapacityWindow
from bench.envelope.kinds import AnyObservation
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import group_of
from bench.experiments.speed.plan import RELAXATIONS, Kind, relaxation_s
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks
from bench.load.orders import TakeWindow

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
            yield from _Start(context, start, found).measure(running)


class _Start:
    """One start of all stacks, until they stop. `found` are the windows of every arm so far."""

    def __init__(self, context: Context, start: int, found: dict[str, list[RateWindow]]) -> None:
        self._found = found
        self._cut: set[str] = set()
        """The arms that lost a member in this start."""
        columns = [(arm.id, arm) for arm in context.arms]
        seed = f"{context.seed}/{NAME}/{start}"
        groups: dict[int | str, tuple[int, int]] = {ROOM: (ROOM, ROOM)}
        self._stacks = Stacks(context, NAME, start, columns, lambda _: groups, seed=seed)

    def measure(self, running: ExitStack) -> Iterator[AnyObservation]:
        """The observations of this start, as they are made. Raises BenchError."""
        stacks, start = self._stacks, self._stacks.start
        stacks.begin(running)
        say = stacks.context.say
        say(f"start {start} of {STARTS}: {len(stacks.arms.stacks)} stacks are up")
        yield from stacks.failures()
        for _ in range(WARM_UP):
            for arm in stacks.shuffled():
                stacks.turns.slot(arm, _KIND)
        for number in range(1, ROUNDS + 1):
            for arm in stacks.shuffled():
                window = self._window(arm, (start - 1) * ROUNDS + number)
                if window.refused is None:
                    self._found[arm].append(rate_window(window))
                yield window
            say(f"start {start} of {STARTS}: round {number} of {ROUNDS}")
        stacks.close()

    def _window(self, arm: str, number: int) -> CapacityWindow:
        turns = self._stacks.turns
        message_s = turns.message_s(arm, ROOM)
        rate = min(next_rate(self._found[arm], _GUESS / message_s), turns.limit / ROOM)
        seconds = seconds_of(rate, message_s)
        before = self._stacks.before()
        order = TakeWindow(group_of(arm, ROOM), rate, seconds, _WARM_UP_PART * seconds)
        turn = turns.take(order)
        # A cut in this window is its result. After it, the room is another one.
        refused = refusal(turn, _KIND, ROOM if arm in self._cut else turn.members)
        if turn.members < ROOM:
            self._cut.add(arm)
        return CapacityWindow(
            arm=arm,
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
            core=self._stacks.core(before),
            refused=refused,
            **self._stacks.made(),
        )


def seconds_of(rate: float, message_s: float) -> float:
    """How long a window is: many relaxation times of the queue, within bounds."""
    shortest, longest = WINDOW_S
    return min(max(RELAXATIONS * relaxation_s(message_s, rate * message_s), shortest), longest)
