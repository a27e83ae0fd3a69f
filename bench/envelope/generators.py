"""The experiment `generators`: what several load generators report of the same stacks."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation

Tool = Literal["ours", "recipe", "independent", "tsung"]
Loads = Literal["rooms", "alone"]
"""Members in rooms of ten, or each member alone in a room."""


class GeneratorLatency(Observation, frozen=True, kw_only=True, tag="generator-latency"):
    """What one tool reports of a steady load; times are in µs."""

    round: int
    tool: Tool
    load: Loads
    rate: float
    """Messages a second of all members together, as asked for."""
    deliveries: int
    """Those that `cpu_s` was spent on."""
    mean_us: float
    p50_us: float
    p99_us: float
    cpu_s: float
    """Of the tool's process and its children."""
    late_us: float | None = None
    """The mean time from a message's due time to its send, if times count from the due time.
    None: they count from the send."""
    lost: int | None = None
    """None: the tool has no ledger."""
    refused: str | None = None
    """Why it does not count, or None."""

    @property
    def from_send_us(self) -> float:
        """The mean time from the send of a message to its arrival."""
        return self.mean_us - (self.late_us or 0.0)


class CapacityStep(msgspec.Struct, frozen=True):
    """One rate of a rising ladder; `rate` is in messages a second of all members together."""

    rate: float
    p99_us: float
    lost: int
    busy: float
    """The tool's share of its core."""


class GeneratorCapacity(Observation, frozen=True, kw_only=True, tag="generator-capacity"):
    """The highest rate at which p99 is at most 100 ms and nothing is lost, by one tool."""

    round: int
    tool: Tool
    highest: float
    """0.0 if not even the lowest rate was carried."""
    steps: list[CapacityStep]
    refused: str | None = None
    """Why it does not count, or None."""


class GeneratorLoss(Observation, frozen=True, kw_only=True, tag="generator-loss"):
    """Messages that did not come to each member in a case of the experiment `loss`."""

    round: int
    by: Literal["loss", "independent"]
    """The code that counted: of the experiment `loss`, or of the independent client."""
    case: str
    sent: int
    missing: dict[str, int]
    dropped: int
    """What the server's channel layer counted as dropped."""


GeneratorEntry = GeneratorLatency | GeneratorCapacity | GeneratorLoss
