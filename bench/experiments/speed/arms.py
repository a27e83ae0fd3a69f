"""The running stacks of the arms, with their groups of members."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from bench.declared.arms import Arm
from bench.experiments.experiment import AA_ARM, SECOND, Context
from bench.experiments.speed.plan import PAYLOAD_BYTES, USERS
from bench.load.orders import Begin, Clocks, Open, Refused, Settle
from bench.load.session_process import SessionProcess
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

Columns = Sequence[tuple[str, Arm]]
Groups = Callable[[str], Mapping[int | str, tuple[int, int]]]
"""The groups of a column by their names, which mostly are the members of a room as the analysis
knows them: how many users connect, and how many of them share a room."""


Environs = Callable[[str], Mapping[str, str]]
"""The settings of a column beside the benchmarks'."""


def no_environ(_: str) -> Mapping[str, str]:
    """No settings of its own for any column."""
    return {}


def usual_groups(_: str) -> dict[int | str, tuple[int, int]]:
    """The same groups for every column."""
    return {room: (users, room) for room, users in USERS.items()}


class Arms:
    """All stacks of one start, by column: an arm's id, or the id with `#` and a number."""

    def __init__(
        self,
        context: Context,
        generator: SessionProcess,
        columns: Columns,
        groups: Groups = usual_groups,
        environ: Environs = no_environ,
    ) -> None:
        self.stacks: dict[str, Stack] = {}
        self.failed: dict[str, str] = {}
        """Why an arm takes no part in this start."""
        self._context = context
        self._generator = generator
        self._columns = columns
        self._groups = groups
        self._environ = environ

    @property
    def columns(self) -> list[str]:
        """The arms that take part."""
        return [column for column in self.stacks if column not in self.failed]

    @property
    def chats(self) -> list[str]:
        """The chats among them, each once: the latency of a relay answers no question."""
        return [
            column
            for column in self.columns
            if self.stacks[column].arm.kind == "chat" and not column.endswith(SECOND)
        ]

    def start(self, running: ExitStack) -> None:
        """Start all stacks on all cores, then keep them on the servers' core. Raises BenchError."""
        # This process keeps off the servers' core, and a child would inherit that.
        cores = self._context.pinning.servers | self._context.pinning.generator
        for column, arm in self._columns:
            stack = Stack(arm, cpus=cores, environ={**BENCHMARK_SETTINGS, **self._environ(column)})
            self.stacks[column] = stack
            running.callback(stack.stop)
            stack.start()
        running.callback(self._ask_all_to_stop)
        for stack in self.stacks.values():
            stack.wait_until_healthy()
            stack.pin(self._context.pinning.servers)

    def connect(self, seed: int) -> None:
        """Have the members of all stacks join. An arm whose members cannot join has failed."""
        self._generator.must(Begin(seed, PAYLOAD_BYTES))
        for column, stack in self.stacks.items():
            found = stack.processes()
            clocks = Clocks(found.servers, found.redis, postgresql=found.postgresql)
            for name, (users, together) in self._groups(column).items():
                order = Open(group_of(column, name), stack.url, users, together, clocks)
                answer = self._generator.send(order)
                if isinstance(answer, Refused):
                    self.failed[column] = answer.reason
                    break
        self._generator.must(Settle())

    def check_alive(self) -> None:
        """Raise BenchError if a process of a stack has ended by itself."""
        for stack in self.stacks.values():
            stack.check_alive()

    def _ask_all_to_stop(self) -> None:
        """Ask all stacks to stop, so that they stop at the same time."""
        for stack in self.stacks.values():
            for child in stack.children:
                child.ask_to_stop()


def columns_of(arms: Sequence[Arm]) -> list[tuple[str, Arm]]:
    """The arms by column: the arm of the A/A pair has two."""
    found = [(arm.id, arm) for arm in arms]
    return found + [(arm.id + SECOND, arm) for arm in arms if arm.id == AA_ARM]


def group_of(column: str, name: int | str) -> str:
    """The name of a group of members in the generator."""
    return f"{column}/{name}"
