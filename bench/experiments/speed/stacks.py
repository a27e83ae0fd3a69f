"""One start of stacks that take turns on the servers' core, with the generator and the ruler."""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple, TypedDict

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Counts, Cpu, Failed, GeneratorUse
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import Arms, Columns, Environs, Groups, no_environ
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import shuffled
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll, Turn
from bench.load.session_process import SessionProcess
from bench.stack import machine
from bench.stack.ruler import Ruler

OfStart = Callable[[Arm, int, ExitStack], Iterator[AnyObservation]]
"""Measures one start of an arm, and stops what it started with the `ExitStack`."""


class Before(NamedTuple):
    """The core before a turn, in seconds."""

    ruler_s: float
    stolen_s: float


class Made(TypedDict):
    """What every observation of a start has, except for the arm."""

    experiment: str
    at_s: float
    start: int


class Turned(Made):
    """What every slot has, too."""

    members: int
    elapsed_s: float
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    core: Core


class Stacks:
    """The stacks of one start of the experiment `name`, from `begin` until `running` ends.

    `columns` and `groups` are as `Arms` has them. `seed` names the start among all starts of a run.
    `limit` is the deliveries a second that a turn may ask of the generator.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        start: int,
        columns: Columns,
        groups: Groups,
        *,
        seed: str,
        limit: float | None = None,
        environ: Environs = no_environ,
    ) -> None:
        self.context = context
        self.name = name
        self.start = start
        self.chance = random.Random(seed)
        self._cores: Final = context.pinning.servers
        self._columns = columns
        self._groups = groups
        self._environ = environ
        self._limit = generator_limit(context.done) if limit is None else limit

    def begin(self, running: ExitStack) -> None:
        """Start the generator, the ruler and the stacks, and have all members join.

        Raises BenchError.
        """
        self.generator = running.enter_context(SessionProcess(self.context.pinning.generator))
        self._ruler = running.enter_context(Ruler(self._cores))
        self.arms = Arms(self.context, self.generator, self._columns, self._groups, self._environ)
        self.turns = Turns(self.arms, self.generator, self._limit)
        self.arms.start(running)
        self.arms.connect(self.chance.getrandbits(32))

    def close(self) -> None:
        """Let all members go."""
        self.generator.must(CloseAll())

    def shuffled(self) -> Iterator[str]:
        """The columns that take part, in random order."""
        return shuffled(self.arms.columns, self.chance)

    def failures(self) -> Iterator[Failed]:
        """The columns whose members could not join."""
        for column, reason in self.arms.failed.items():
            yield Failed(experiment=self.name, arm=column, at_s=self.context.at_s(), reason=reason)

    def before(self) -> Before:
        """Read the ruler and the clock of stolen time, right before a turn."""
        return Before(self._ruler.seconds(), machine.steal_seconds(self._cores))

    def made(self) -> Made:
        """What every observation of this start has."""
        return {"experiment": self.name, "at_s": self.context.at_s(), "start": self.start}

    def turned(self, turn: Turn, before: Before) -> Turned:
        """What every slot has, right after its turn."""
        return {
            **self.made(),
            "members": turn.members,
            "elapsed_s": turn.elapsed_s,
            "cpu": turn.cpu,
            "counts": turn.counts,
            "generator": turn.generator,
            "core": self.core(before),
        }

    def core(self, before: Before) -> Core:
        """The core around a turn that ends now."""
        stolen_s = machine.steal_seconds(self._cores) - before.stolen_s
        return Core(round(before.ruler_s, 7), round(stolen_s, 3))


def arm_after_arm(
    context: Context, name: str, starts: int, done: Collection[tuple[str, int]], of_start: OfStart
) -> Iterator[AnyObservation]:
    """All starts of each arm, without those that are done. Raises BenchError."""
    for number, arm in enumerate(context.arms, start=1):
        for start in range(1, starts + 1):
            if (arm.id, start) in done:
                continue
            with ExitStack() as running:
                yield from of_start(arm, start, running)
            context.say(
                f"[{number}/{len(context.arms)}] {name} {arm.id}: start {start} of {starts}"
            )
