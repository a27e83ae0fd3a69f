"""The method's own test: stacks of one program, one of which serves members that nobody counts.

The room of the first stack has 105 members, and the analysis is told of 100 of them. So a delivery
that it is told of costs almost 5 % more CPU, of the real kind: nothing in the program is changed.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.observation import Core
from bench.envelope.planted import PlantedSlot
from bench.errors import BenchError
from bench.experiments.experiment import AA_ARM, Context
from bench.experiments.speed.calibration import Calibration
from bench.experiments.speed.plan import PAYLOAD_BYTES, USERS, Kind, shuffled, slot_of
from bench.load.orders import Begin, Clocks, CloseAll, Done, Open, Settle, TakeSlot, Turn
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "planted"
STACKS: Final = 4
STARTS: Final = 5
ROUNDS: Final = {100: 60, 1: 10}
"""Rounds in each start, by the members of a room."""
MORE: Final = 1.05
"""Members in the room of the first stack, as a multiple of the members in the others."""
WARM_UP: Final = 5
"""Rounds of each kind that do not count."""

_LOAD: Final = "65"
_LATE_US: Final = 10_000
_NO_LIMIT: Final = 1e9
"""Messages a second: one chat at 65 % of a core asks much less than a generator can send."""


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
        self._calibration = Calibration()
        self._cores = context.pinning.servers
        self._generator = running.enter_context(SessionProcess(context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        self._stacks = {
            f"{context.arms[0].id}#{number}": Stack(
                context.arms[0],
                cpus=self._cores | context.pinning.generator,
                environ=BENCHMARK_SETTINGS,
            )
            for number in range(1, STACKS + 1)
        }
        for stack in self._stacks.values():
            running.callback(stack.stop)
            stack.start()
        for stack in self._stacks.values():
            stack.wait_until_healthy()
            stack.pin(self._cores)

    def measure(self) -> Iterator[PlantedSlot]:
        """The observations of this start, as they are made."""
        self._connect()
        rounds = [room for room, count in ROUNDS.items() for _ in range(count)]
        self._chance.shuffle(rounds)
        for room in ROUNDS:
            for _ in range(WARM_UP):
                for column in shuffled(list(self._stacks), self._chance):
                    self._slot(column, room, 0)
        for number, room in enumerate(rounds, start=1):
            for column in shuffled(list(self._stacks), self._chance):
                yield self._slot(column, room, number)
        self._context.say(f"start {self._start} of {STARTS}: {len(rounds)} rounds")
        self._generator.must(CloseAll())

    def _connect(self) -> None:
        self._generator.must(Begin(self._chance.getrandbits(32), PAYLOAD_BYTES))
        for column, stack in self._stacks.items():
            found = stack.processes()
            clocks = Clocks(found.servers, found.redis, postgresql=found.postgresql)
            for room in ROUNDS:
                order = Open(
                    _group(column, room),
                    stack.url,
                    self._users(column, room),
                    room if room == 1 else self._users(column, room),
                    clocks,
                )
                assert isinstance(self._generator.must(order), Done)
        self._generator.must(Settle())

    def _users(self, column: str, room: int) -> int:
        more = room > 1 and column.endswith("#1")
        return round(USERS[room] * (MORE if more else 1))

    def _slot(self, column: str, room: int, number: int) -> PlantedSlot:
        message_s = self._calibration.message_s(column, room)
        messages, seconds = slot_of(Kind(_LOAD, room), message_s, _NO_LIMIT)
        stolen, before = machine.steal_seconds(self._cores), self._ruler.seconds()
        turn = self._generator.must(TakeSlot(_group(column, room), messages, seconds))
        assert isinstance(turn, Turn)
        for stack in self._stacks.values():
            stack.check_alive()
        if turn.counts.delivered:
            self._calibration.learn(column, room, turn.cpu.total_s, turn.counts.sent)
        users = self._users(column, room)
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
            core=Core(round(before, 7), round(machine.steal_seconds(self._cores) - stolen, 3)),
            refused=_refusal(turn, users),
        )


def _group(column: str, room: int) -> str:
    return f"{column}/{room}"


def _refusal(turn: Turn, users: int) -> str | None:
    if turn.members < users:
        return f"{users - turn.members} of {users} members were cut"
    if not turn.counts.balanced:
        return "the ledger does not balance"
    if turn.generator.late_p99_us > _LATE_US:
        late_ms = turn.generator.late_p99_us / 1000
        return f"the generator was the limit: 1 in 100 messages went out {late_ms:.0f} ms late"
    return None
