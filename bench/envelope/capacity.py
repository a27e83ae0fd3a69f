"""The experiment `capacity`: windows at rates near the largest one that a stack sustains."""

from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse, Observation, Percentiles


class CapacityWindow(Observation, frozen=True, kw_only=True, tag="capacity"):
    """A window of one arm at a steady rate that the search chose."""

    start: int
    """Which start of the stacks, from 1."""
    round: int
    """Which round, from 1; in a round, each arm has one window."""
    room: int
    """Members of the room."""
    members: int
    """Members that are connected after the window."""
    rate: float
    """Messages a second of all members together."""
    seconds: float
    messages: int
    late: int
    """Messages whose last delivery came more than 100 ms after the time at which it was due."""
    latency_us: Percentiles
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    core: Core
    refused: str | None = None
    """Why the window does not count, or None."""
