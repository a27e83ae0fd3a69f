"""The experiment `network`: what members receive behind a network that loses, delays and cuts."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation, Percentiles


class Network(msgspec.Struct, frozen=True, omit_defaults=True):
    """The link of each member of a room, the same in both directions; times in seconds.

    `loss`: the share of packets that is dropped. `delay_s` and `jitter_s`: a packet takes from
    `delay_s - jitter_s` to `delay_s + jitter_s`, and overtakes none. `cut`: for `away_s` no packet
    passes; "silent" where the member is not told, "noticed" where its system ends its connection.
    """

    name: str
    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    away_s: float = 0.0
    cut: Literal["silent", "noticed"] | None = None


class Received(msgspec.Struct, frozen=True):
    """What one member received of the room's messages, and how often it connected."""

    live: int
    replayed: int
    """After it had come back, because it had asked for what came after `since`."""
    lost: int
    repeated: int
    connections: int


class Outage(msgspec.Struct, frozen=True):
    """A time in which a member's link was cut, and what was sent until it heard again."""

    away_s: float
    heard_after_s: float | None
    """From the end of the cut to the first message that was sent after it; None if none came."""
    reconnected: bool
    """Whether the member made a new connection; if not, TCP repaired the old one."""
    sent: int
    """Messages that were sent from the cut until the member heard again."""
    lost: int
    """Those of them that never came."""


class NetworkCase(msgspec.Struct, frozen=True):
    """One room, whose members are all behind the same kind of network."""

    network: Network
    sent: int
    received: list[Received]
    outages: list[Outage]
    latency: Percentiles
    """Of live messages, from their sending to a member."""
    packets: int
    """IP packets in both directions, lost ones included."""
    dropped: int
    """By chance, or because the link was cut."""


class NetworkEntry(Observation, frozen=True, kw_only=True, tag="network"):
    """One arm; all of its rooms at the same time."""

    seconds: float
    rate: float
    """Messages a second in each room."""
    retransmitted: int
    """TCP segments that servers and members sent again."""
    cases: list[NetworkCase]
