"""A run of Locust that was saved as a result: its load, its ledger, and its points in time."""

import msgspec

from bench.envelope.observation import Observation, Percentiles


class Point(msgspec.Struct, frozen=True):
    """What came in one interval. Rates are numbers a second, latencies µs from the due time."""

    at_s: float
    """The end of the interval, in seconds since the start of the run."""
    seconds: float
    """How long it was; of a chat that takes turns, how long its turns were."""
    sent: float
    expected: float
    """The deliveries that the sent messages owe: the offered load."""
    delivered: float
    p50: int
    p99: int
    p999: int
    lateness_p99: int
    """How late the generator sent, p99 in µs."""
    generator: float
    """The generator's share of one core; the highest of several processes."""
    lost: int
    """From here on: since the start of the run."""
    late: int
    owed: int
    duplicates: int
    reordered: int
    cpu: dict[str, float] = {}
    """The share of one core of each role: the servers, Redis, PostgreSQL."""
    memory: dict[str, int] = {}
    """Bytes of resident memory by role."""

    @property
    def cpu_per_delivery_us(self) -> float | None:
        """All roles' CPU for one delivery, in µs; None without deliveries or processes."""
        if not self.cpu or not self.delivered:
            return None
        return sum(self.cpu.values()) / self.delivered * 1e6


class LocustRun(Observation, frozen=True, kw_only=True, tag="locust"):
    """One test of Locust's web UI, from its start to its end."""

    users: dict[str, int]
    """Users by class."""
    room_size: int
    rooms: int
    rate: float
    """Messages a second of each talking user."""
    payload: int
    """Bytes of text in a message."""
    seconds: float
    sent: int
    expected: int
    delivered: int
    lost: int
    lost_by_cause: dict[str, int]
    late: int
    owed: int
    duplicates: int
    reordered: int
    latency_us: Percentiles
    lateness_us: Percentiles
    against: str = ""
    """The arm with which this one took turns, which is in the same results; or empty."""
    refused: str | None = None
    """Why this measured the generator and not the server, or why it ended early; or None."""
    points: list[Point]
