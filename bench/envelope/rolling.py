"""The experiment `rolling`: all server processes of a chat are replaced, one after another."""

import msgspec

from bench.envelope.observation import Observation


class Replaced(msgspec.Struct, frozen=True):
    """One process was replaced; in seconds."""

    ready_s: float
    """From the start of the new process to its first answer."""
    ended_s: float
    """From the request to stop to the end of the old process."""
    back_s: float | None
    """From the request to stop until all members were inside again; None if not in time."""
    cut: int
    """Members whose connection ended."""


class Stayed(msgspec.Struct, frozen=True):
    """One member: how long it was away each time, in seconds, and what it received."""

    away_s: list[float]
    live: int
    replayed: int
    lost: int
    repeated: int


class RollingEntry(Observation, frozen=True, kw_only=True, tag="rolling"):
    """One arm; `workers` processes were replaced under `rate` messages a second."""

    workers: int
    rate: float
    sent: int
    """Messages that the writer handed to an open connection."""
    untaken: int
    """Messages of these that no member received. They are not among the lost ones."""
    replaced: list[Replaced]
    members: list[Stayed]
    closings: dict[str, int]
    """The close codes that the members saw."""
