"""The experiment `speed`: turns of the arms."""

from typing import Final

from bench.envelope.observation import (
    Core,
    Counts,
    Cpu,
    GeneratorUse,
    Load,
    Observation,
    Part,
    Percentiles,
)

MOST_STEADY_SHARE: Final = 0.9
"""Above this share of the core, a queue hardly forgets how long it was: there is no latency that
more messages would not change."""


class ShortTurn(Observation, frozen=True, kw_only=True):
    """A short turn of one stack, until all of its messages have arrived."""

    start: int
    """Which start of the stacks, from 1."""
    round: int
    """Which round within the start; in a round, each stack has one turn at each load."""
    room: int
    """Members of a room: 1 for echo, 10, 100."""
    members: int
    """Members that are connected."""
    elapsed_s: float
    """From the first due time to the last arrival."""
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    core: Core
    refused: str | None = None
    """Why the turn does not count, or None."""


class Slot(ShortTurn, frozen=True, kw_only=True, tag="slot"):
    """A short turn of one arm: `messages` messages in `seconds`."""

    load: Load
    messages: int
    seconds: float
    """The time in which the messages were due."""


class Window(Observation, frozen=True, kw_only=True, tag="window"):
    """A long turn of one arm at a steady load, for latencies.

    `worst_us` has one latency for each message: the delivery that came last.
    """

    start: int
    load: Load
    room: int
    rate: float
    """Messages a second of all members together."""
    seconds: float
    cpu: Cpu
    counts: Counts
    latency_us: Percentiles
    worst_us: list[int]
    middle_us: list[int]
    """One latency for each message: the median over its deliveries."""
    generator: GeneratorUse
    core: Core
    parts: tuple[Part, ...] = ()
    """A long window in parts of equal length, one after another. No figure uses them yet."""
    refused: str | None = None
    """Why the window does not count, or None."""
    late: str | None = None
    """Why its latencies do not count; or None."""
