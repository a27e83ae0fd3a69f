"""The experiment `pools`: the connections of a server process to Redis and to PostgreSQL."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation

Phase = Literal["idle", "coming", "speaking", "leaving", "gone"]
"""No member; all members come at once; speak; leave at once; have left."""


class Pool(msgspec.Struct, frozen=True):
    """The most connections that the process had at one time in a phase."""

    phase: Phase
    redis: int
    postgresql: int
    samples: int


class PoolsEntry(Observation, frozen=True, kw_only=True, tag="pools"):
    """One arm with one server process, and `members` in rooms of `room`."""

    members: int
    room: int
    rate: float
    """Messages a second of all members together, while they speak."""
    refused: dict[str, int]
    """Members that were not let in, by the close code or the error."""
    pools: list[Pool]
    log: list[str] = msgspec.field(default_factory=list)
    """The different lines that the server process logged, in order."""
