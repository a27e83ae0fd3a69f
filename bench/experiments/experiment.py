"""What an experiment is: a name, the arms that it can measure, and a generator of observations."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.stack.machine import Pinning

Say = Callable[[str], None]

AA_ARM: Final = "fastapi-uvicorn-memory"
"""The arm that is measured twice, as two arms: a difference between the two is noise."""
SECOND: Final = "#2"
"""The suffix of the second column of the A/A pair."""


@dataclass(slots=True)
class Context:
    """What an experiment may use. `done` are the observations of a run that is resumed."""

    profile: str
    arms: Sequence[Arm]
    seed: int
    pinning: Pinning
    say: Say
    seconds: float | None = None
    done: Sequence[AnyObservation] = ()
    _began: float = field(default_factory=time.monotonic)

    def at_s(self) -> float:
        """Seconds since the run's start, or since it was resumed."""
        return round(time.monotonic() - self._began, 3)


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment. `measure` yields each observation as it is made, and none of `done`."""

    name: str
    about: str
    """What it answers, for --help: a few words."""
    can: Callable[[Arm], str | None]
    """The reason why the experiment cannot run with an arm, or None."""
    takes_part: Callable[[Arm, str], bool]
    """Whether an arm takes part in a profile if no arm is named."""
    measure: Callable[[Context], Iterator[AnyObservation]]
    failure: Callable[[Sequence[AnyObservation]], str | None] = lambda _: None
    """One sentence where what was observed must not be, told once the run is complete."""
