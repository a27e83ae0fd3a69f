"""The method's own test: stacks of one program, one of which serves members that nobody counts.

The room of the first stack has 105 members, and the analysis is told of 100 of them. So a delivery
that it is told of costs almost 5 % more CPU, of the real kind: nothing in the program is changed.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.observation import Load
from bench.envelope.planted import PlantedSlot
from bench.errors import BenchError
from bench.experiments.experiment import AA_ARM, Context
from bench.experiments.speed.plan import USERS, Kind
from bench.experiments.speed.refusal import refusal
from bench.experiments.speed.stacks import Stacks

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
            yield from _measured(context, start, running)


def _measured(context: Context, start: int, running: ExitStack) -> Iterator[PlantedSlot]:
    """The observations of a start, as they are made. Raises BenchError."""
    (arm,) = context.arms
    columns = [(f"{arm.id}#{number}", arm) for number in range(1, STACKS + 1)]
    seed = f"{context.seed}/{start}"
    stacks = Stacks(context, NAME, start, columns, groups, seed=seed, limit=_NO_LIMIT)
    stacks.begin(running)
    if stacks.arms.failed:
        raise BenchError(f"The members could not join: {min(stacks.arms.failed.values())}.")
    rounds = [room for room, count in ROUNDS.items() for _ in range(count)]
    stacks.chance.shuffle(rounds)
    for room in ROUNDS:
        for _ in range(WARM_UP):
            for column in stacks.shuffled():
                _slot(stacks, column, room, 0)
    for number, room in enumerate(rounds, start=1):
        for column in stacks.shuffled():
            yield _slot(stacks, column, room, number)
    context.say(f"start {start} of {STARTS}: {len(rounds)} rounds")
    stacks.close()


def _slot(stacks: Stacks, column: str, room: int, number: int) -> PlantedSlot:
    kind = Kind(_LOAD, room)
    before = stacks.before()
    turn, _ = stacks.turns.slot(column, kind)
    users, _ = groups(column)[room]
    return PlantedSlot(
        arm=column,
        round=number,
        room=room,
        told=turn.counts.delivered * USERS[room] / users,
        refused=refusal(turn, kind, users),
        **stacks.turned(turn, before),
    )


def groups(column: str) -> dict[int | str, tuple[int, int]]:
    """The users of each group, and how many share a room: more in the first stack's large room."""
    found: dict[int | str, tuple[int, int]] = {room: (USERS[room], room) for room in ROUNDS}
    if column.endswith("#1"):
        more = round(100 * MORE)
        found[100] = (more, more)
    return found
