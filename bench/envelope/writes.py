"""The experiment `writes`: commits of one message and of many."""

import msgspec

from bench.envelope.observation import Observation


class WritesWindow(msgspec.Struct, frozen=True):
    """A window of `appenders` appenders, with at most `group` messages a commit; CPU in seconds."""

    appenders: int
    group: int
    repeat: int
    messages: int
    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float


class WritesEntry(Observation, frozen=True, kw_only=True, tag="writes"):
    """The windows of one arm, and the times of small synced writes to the disk."""

    seconds: float = 0.0
    """Of each window."""
    sync_us: list[float]
    windows: list[WritesWindow]
