"""What is observed: one struct for each kind of observation, written and read by the same type.

An observation is one line of `observations.jsonl`. Its `kind` names the struct. All times are
seconds unless the name says otherwise; CPU times are user and system time together, by the
operating system's accounting.
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

    `ruler_s`: the CPU time of a fixed piece of work just before. `steal_s`: the time that the
    hypervisor took from this core meanwhile.
    """

    ruler_s: float
    steal_s: float = 0.0


class Slot(Observation, frozen=True, kw_only=True, tag="slot"):
    """A short turn of one arm: `messages` messages in `seconds`, until all of them have arrived."""

    start: int
    """Which start of the stacks, from 1."""
    round: int
    """Which round within the start; in a round, each arm has one turn at each load."""
    load: Load
    room: int
    """Members of a room: 1 for echo, 10, 100."""
    members: int
    messages: int
    seconds: float
    """The time in which the messages were due."""
    elapsed_s: float
    """From the first due time to the last arrival."""
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    core: Core
    refused: str | None = None
    """Why the slot does not count, or None."""


class Window(Observation, frozen=True, kw_only=True, tag="window"):
    """A long turn of one arm at a steady load, for latencies.

    `worst_us` has one latency for each message: the delivery that came last.
    """

    start: int
    load: Load
    room: int
    rate: float
    """Messages a second of all members together."""
    seconds: float
    cpu: Cpu
    counts: Counts
    latency_us: Percentiles
    worst_us: list[int]
    middle_us: list[int]
    """One latency for each message: the median over its deliveries."""
    generator: GeneratorUse
    core: Core
    refused: str | None = None


class CeilingRate(msgspec.Struct, frozen=True):
    """Deliveries that a generator receives from the C relay, per second of its CPU and by clock."""

    deliveries_per_core_s: float
    deliveries_s: float | None = None


class CeilingFound(Observation, frozen=True, kw_only=True, tag="ceiling"):
    """The ceilings of this generator and of the usual Locust recipe.

    `relay_joined` is this generator with a relay that joins frames into one write.
    """

    relay: CeilingRate
    relay_joined: CeilingRate | None = None
    recipe: CeilingRate | None = None
    ratio: float | None = None


class Failed(Observation, frozen=True, kw_only=True, tag="failed"):
    """An arm that could not be observed, and why: it stays in the raw results."""

    reason: str


AnyObservation = Slot | Window | CeilingFound | Failed
