"""The experiment `profile`: where the server process of an arm spends its time."""

from bench.envelope.observation import Counts, Cpu, Load, Observation


class ProfileEntry(Observation, frozen=True, kw_only=True, tag="profile"):
    """One arm under a steady load, while a sampling profiler reads the stack of its server."""

    load: Load
    room: int
    """Members of the room."""
    rate: float
    """Messages a second of all members together."""
    seconds: float
    """How long the profiler sampled."""
    sample_hz: int
    cpu: Cpu
    """Of the window, with the profiler's pauses."""
    counts: Counts
    folded: str
    """The stacks of the samples in which the server was busy; see `bench.envelope.folded`."""
