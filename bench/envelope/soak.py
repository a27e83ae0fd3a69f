"""The experiment `soak`: what takes a day elsewhere takes seconds, and nobody may go deaf."""

import msgspec

from bench.envelope.observation import Observation


class SoakSample(msgspec.Struct, frozen=True, array_like=True):
    """One arm at one moment; a row of numbers in the raw file, because there are many."""

    at_s: float
    connections: int
    """Members that came and went until then."""
    memory_kib: float
    """Resident memory of the server processes."""
    descriptors: int
    """Open file descriptors of the server processes."""
    p50_us: int
    p99_us: int
    """Of the deliveries since the last sample; 0 without any."""


class SoakEntry(Observation, frozen=True, kw_only=True, tag="soak"):
    """One arm in its soak; `numbers` are the limits in seconds that were shortened.

    `missing` and `repeated` count deliveries. `closed` has the members that were put out, with the
    close code and the reason.
    """

    seconds: float
    numbers: dict[str, float]
    members: int
    said: int
    refused: int
    deliveries: int
    missing: int
    repeated: int
    deaf: list[str]
    closed: dict[str, str]
    holds: bool
    churn: float = 0.0
    """Members a second that come and go meanwhile."""
    failed: int = 0
    """How many of these were not let in."""
    samples: tuple[SoakSample, ...] = ()
