"""The method's own test: stacks of one program, one of which serves members that nobody counts.

The room of the first stack has 105 members, and the analysis is told of 100 of them. So a delivery
that it is told of costs almost 5 % more CPU, of the real kind: nothing in the program is changed.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.observation import Core, Load
from bench.envelope.planted import PlantedSlot
from bench.errors import BenchError
from bench.experiments.experiment import AA_ARM, Context
from bench.experiments.speed.arms import Arms
from bench.experiments.speed.plan import USERS, Kind, shuffled
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler

NAME: Final = "planted"
STACKS: Final = 4
STARTS: Final = 5
ROUNDS: Final = {100: 60, 1: 10}
"""Rounds in each start, by the members of a room."""
MORE: Final = 1.05
"""Members in the room of the first stack, as a multiple of the members in the others."""
WARM_UP: Final = 5
"""Rounds of each kind that do not count."""

_LOAD: Final[Load] = "65"
_NO_LIMIT: Final = 1e9
"""Deliveries a second: one chat at 65 % of a core asks much less than a generator can send."""


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "it plants its members in a chat."


def takes_part(arm: Arm, _: str) -> bool:
    """One arm is enough."""
    return arm.id == AA_ARM


def measure(context: Context) -> Iterator[PlantedSlot]:
    """All starts that the run does not have yet. Raises BenchError."""
    if len(context.arms) > 1:
        raise BenchError("--experiment planted takes one --arm: it starts this arm four times.")
    done = [each.start for each in context.done if isinstance(each, PlantedSlot)]
    for start in range(max(done, default=0) + 1, STARTS + 1):
        with ExitStack() as running:
            yield from _Start(context, start, running).measure()


class _Start:
    """One start of the stacks, until they stop."""

    def __init__(self, context: Context, start: int, running: ExitStack) -> None:
        self._context = context
        self._start = start
        self._chance = random.Random(f"{context.seed}/{start}")
        self._cores = context.pinning.servers
        self._generator = running.enter_context(SessionProcess(context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        (arm,) = context.arms
        columns = [(f"{arm.id}#{number}", arm) for number in range(1, STACKS + 1)]
        self._arms = Arms(context, self._generator, columns, groups)
        self._turns = Turns(self._arms, self._generator, _NO_LIMIT)
        self._arms.start(running)

    def measure(self) -> Iterator[PlantedSlot]:
        """The observations of this start, as they are made. Raises BenchError."""
        self._arms.connect(self._chance.getrandbits(32))
        if self._arms.failed:
            raise BenchError(f"The members could not join: {min(self._arms.failed.values())}.")
        rounds = [room for room, count in ROUNDS.items() for _ in range(count)]
        self._chance.shuffle(rounds)
        for room in ROUNDS:
            for _ in range(WARM_UP):
                for column in shuffled(self._arms.columns, self._chance):
                    self._slot(column, room, 0)
        for number, room in enumerate(rounds, start=1):
            for column in shuffled(self._arms.columns, self._chance):
                yield self._slot(column, room, number)
        self._context.say(f"start {self._start} of {STARTS}: {len(rounds)} rounds")
        self._generator.must(CloseAll())

    def _slot(self, column: str, room: int, number: int) -> PlantedSlot:
        kind = Kind(_LOAD, room)
        ruler_s, stolen_s = self._ruler.seconds(), machine.steal_seconds(self._cores)
        turn, _ = self._turns.slot(column, kind)
        users, _ = groups(column)[room]
        return PlantedSlot(
            experiment=NAME,
            arm=column,
            at_s=self._context.at_s(),
            start=self._start,
            round=number,
            room=room,
            members=turn.members,
            told=turn.counts.delivered * USERS[room] / users,
            elapsed_s=turn.elapsed_s,
            cpu=turn.cpu,
            counts=turn.counts,
            generator=turn.generator,
            core=Core(round(ruler_s, 7), round(machine.steal_seconds(self._cores) - stolen_s, 3)),
            refused=refusal(turn, kind, users),
        )


def groups(column: str) -> dict[int | str, tuple[int, int]]:
    """The users of each group, and how many share a room: more in the first stack's large room."""
    found: dict[int | str, tuple[int, int]] = {room: (USERS[room], room) for room in ROUNDS}
    if column.endswith("#1"):
        more = round(100 * MORE)
        found[100] = (more, more)
    return found
