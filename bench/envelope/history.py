"""The experiment `history`: what a history costs on the way of a message."""

from typing import Literal

import msgspec

from bench.envelope.observation import Counts, Observation, Percentiles
from bench.envelope.speed import ShortTurn

Storage = Literal["off", "sqlite", "postgresql"]
Pools = Literal["private", "stock"]
"""How a Channels chat runs its queries: in threads and connections of its own, which stay; or as
Django and Channels come, in asgiref's one shared thread, with a new connection for each query.
FastAPI's chat has no threads, and counts as "private"."""


class Way(msgspec.Struct, frozen=True):
    """Where messages are kept, and how the chat gets there."""

    storage: Storage
    pools: Pools = "private"

    @property
    def name(self) -> str:
        """A short name that no other way has."""
        return self.storage if self.pools == "private" else f"{self.storage}, stock"


class HistorySlot(ShortTurn, frozen=True, kw_only=True, tag="history-slot"):
    """A short turn of a stack, at a share of the servers' core that is equal for all."""

    way: Way


class HistoryWindow(Observation, frozen=True, kw_only=True, tag="history-window"):
    """A stack at a rate that is equal for all; `latency_us` is of deliveries."""

    start: int
    way: Way
    rate: float
    """Messages a second."""
    counts: Counts
    latency_us: Percentiles
    refused: str | None = None


class HistoryAcks(Observation, frozen=True, kw_only=True, tag="history-acks"):
    """One member alone, that says a message when it has the answers to the last one; in µs.

    `ack_us` is empty without a history: there are no acks.
    """

    start: int
    way: Way
    ack_us: list[int]
    delivery_us: list[int]


HistoryEntry = HistorySlot | HistoryWindow | HistoryAcks
