"""The experiment `soak`: what takes a day elsewhere takes seconds, and nobody may go deaf."""

from bench.envelope.observation import Observation


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
