"""The experiment `planted`: turns of one program in several stacks, one of which does more."""

from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse, Observation


class PlantedSlot(Observation, frozen=True, kw_only=True, tag="planted"):
    """A short turn of one stack; `arm` is ARM#1, ARM#2 and so on, and ARM#1 does more."""

    start: int
    """Which start of the stacks, from 1."""
    round: int
    room: int
    """Members of a room as the analysis is told: 1 or 100."""
    members: int
    """Members that are connected: in the room of 100 of the stack that does more, 105."""
    told: float
    """The deliveries that the analysis is told of."""
    elapsed_s: float
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    core: Core
    refused: str | None = None
    """Why the slot does not count, or None."""
