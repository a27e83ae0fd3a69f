"""The experiment `survival`: what became of acknowledged messages."""

import msgspec

from bench.envelope.observation import Observation


class Fault(msgspec.Struct, frozen=True):
    """A fault of a stack, with seconds until recovery; None if it did not recover in time.

    `acked_again_s`: until every room acknowledged a message again. `whole_again_s`: until all
    connected members had all acknowledged messages.
    """

    kind: str
    acked_again_s: float | None
    whole_again_s: float | None


class Violation(msgspec.Struct, frozen=True):
    """What must not be: `kind` is lost, twice, disorder, invented or different."""

    kind: str
    where: str
    what: str


class SurvivalSize(msgspec.Struct, frozen=True):
    """The size of a plan: `rate` messages a second of each writer; writers and readers per room."""

    rooms: int
    writers: int
    readers: int
    rate: float
    seconds: float
    workers: int
    quiet: float


class SurvivalPlan(msgspec.Struct, frozen=True):
    """The seed and the size from which a plan is drawn."""

    seed: int
    size: SurvivalSize


class SurvivalEntry(Observation, frozen=True, kw_only=True, tag="survival"):
    """One arm through its plan; `taken` counts the messages that all members received."""

    plan: SurvivalPlan
    sent: int
    acknowledged: int
    unacknowledged: int = 0
    unacknowledged_but_there: int = 0
    refused_but_there: int = 0
    in_history: int
    members: int
    taken: int
    counts: dict[str, int]
    faults: list[Fault]
    violations: list[Violation]
    survived: bool
