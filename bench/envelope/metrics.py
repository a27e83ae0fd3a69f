"""The experiment `metrics`: turns of chats with `/metrics`, and of the same chats without it."""

from bench.envelope.observation import Observation
from bench.envelope.speed import ShortTurn


class MetricsSlot(ShortTurn, frozen=True, kw_only=True, tag="metrics"):
    """A short turn; nobody asks for `/metrics` in it."""

    answers: bool
    """Whether the chat runs with CHAT_METRICS=1."""


class MetricsScrapes(Observation, frozen=True, kw_only=True, tag="scrapes"):
    """Requests for `/metrics` of one chat whose members are silent."""

    start: int
    members: int
    scrapes: int
    cpu_s: float
    """CPU seconds of the servers, for all of these requests."""
    size: int
    """Bytes of one answer."""
