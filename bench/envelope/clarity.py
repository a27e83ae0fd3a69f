"""The experiment `clarity`: what the code of each feature asks of its reader, by chat."""

import msgspec

from bench.envelope.observation import Observation


class FeatureFigures(msgspec.Struct, frozen=True):
    """The code of one feature in one chat.

    `lines`, `missing` and `against` are logical lines: statements and heads of blocks, without
    comments and docstrings. `missing` had to be written because the framework has no such thing,
    and `against` replaces, overrides or works around what the framework does. `cyclomatic` is the
    sum over `functions`, and so is `cognitive`; `hardest` is the largest of one function.
    """

    feature: str
    lines: int
    functions: int
    cyclomatic: int
    cognitive: int
    hardest: int
    names: list[str]
    """Identifiers of the framework and other libraries, sorted."""
    files: int
    settings: int
    missing: int
    against: int


class SuiteRun(msgspec.Struct, frozen=True):
    """One run of a chat's small suite: CPU and time from the start of the process to its end."""

    cases: list[str]
    cpu_s: float
    wall_s: float


class ClarityEntry(Observation, frozen=True, kw_only=True, tag="clarity"):
    """The chat of one arm, at the commit of the run."""

    features: list[FeatureFigures]
    suite: list[SuiteRun]
