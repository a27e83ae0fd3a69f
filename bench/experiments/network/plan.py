"""The networks that members are put behind."""

import random
from typing import Final

from bench.envelope.network import Network

SECONDS: Final = 60.0
"""For how long the rooms are written to."""
RATE: Final = 5.0
"""Messages a second in each room."""
MEMBERS: Final = 8
"""Members of a room that only listen, each on a host behind the room's network."""

NETWORKS: Final = (
    Network("nothing wrong"),
    Network("5 % of packets lost", loss=0.05, delay_s=0.01),
    Network("delay with jitter", delay_s=0.05, jitter_s=0.03),
    Network("cut for 10 s, unnoticed", delay_s=0.01, away_s=10.0, cut="silent"),
    Network("gone for 2 s, again and again", delay_s=0.01, away_s=2.0, cut="noticed"),
)

FIRST_AT: Final = 1 / 4
"""When everybody is cut off without a notice, as a part of the whole time."""
EVERY_S: Final = (15.0, 20.0)
"""From one outage of a member to its next, as in AnyCable's benchmark; the first comes after 5 s
and at most 15 s more."""
FIRST_S: Final = (5.0, 20.0)


def outages(network: Network, seconds: float, chance: random.Random) -> list[float]:
    """When a member's link is cut, in seconds after the beginning."""
    if network.cut == "silent":
        return [seconds * FIRST_AT]
    if network.cut is None:
        return []
    found, at = [], chance.uniform(*FIRST_S)
    while at + network.away_s < seconds:
        found.append(at)
        at += chance.uniform(*EVERY_S)
    return found
