"""What every observation has, and what several kinds of them have.

An observation is one line of `observations.jsonl`. Its `kind` names the struct, which is written
and read by the same type. All times are seconds unless the name says otherwise; CPU times are user
and system time together, by the operating system's accounting.
"""

from typing import Literal

import msgspec

Load = Literal["35", "65", "equal", "saturated", "idle"]
"""Per cent of the servers' core; the rate that is equal for all arms; too much; nothing."""


class Observation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """What every observation has: the experiment, the arm, and the time since the run's start."""

    experiment: str
    arm: str
    """The arm's id; the second of the A/A pair ends in `#2`."""
    at_s: float


class Cpu(msgspec.Struct, frozen=True, omit_defaults=True):
    """CPU seconds of a stack's processes; `user_s` is the servers' part in user mode.

    `user_s` is counted in ticks of 10 ms, so that only a sum of many means something.
    """

    servers_s: float
    redis_s: float = 0.0
    postgresql_s: float = 0.0
    nats_s: float = 0.0
    user_s: float = 0.0

    @property
    def total_s(self) -> float:
        """CPU seconds of servers and engines."""
        return self.servers_s + self.redis_s + self.postgresql_s + self.nats_s


class Part(msgspec.Struct, frozen=True):
    """A part of a window: CPU seconds, and the deliveries that arrived meanwhile."""

    cpu: Cpu
    delivered: int


class Counts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ledger of a slot or window: deliveries at all members, and losses by cause."""

    sent: int
    expected: int
    delivered: int
    lost: int = 0
    duplicates: int = 0
    reordered: int = 0
    unexpected: int = 0
    lost_by_cause: dict[str, int] = {}
    balanced: bool = True


class Percentiles(msgspec.Struct, frozen=True):
    """A distribution in µs; `hdr` is the whole of it (HdrHistogram V2, base64)."""

    p50: float
    p90: float
    p99: float
    p999: float
    max: float
    mean: float
    count: int
    hdr: str


class GeneratorUse(msgspec.Struct, frozen=True):
    """CPU seconds of the generator, and how late 99 of 100 messages went out, in µs."""

    cpu_s: float
    late_p99_us: float


class Core(msgspec.Struct, frozen=True, omit_defaults=True):
    """The servers' core around an observation.

    `ruler_s`: the CPU time of a fixed piece of work just before. In the runs
    2026-11-22T024446Z and 2026-11-22T025055Z it was the mean of just before and just after.
    `steal_s`: the time that the hypervisor took from this core meanwhile.
    """

    ruler_s: float
    steal_s: float = 0.0


class Failed(Observation, frozen=True, kw_only=True, tag="failed"):
    """An arm that could not be observed, and why: it stays in the raw results."""

    reason: str
