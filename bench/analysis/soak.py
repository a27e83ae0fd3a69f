"""The members of a soak: how many stayed, and how many still heard at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.envelope.soak import SoakEntry


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all arms; `deliveries` counts a message once for each member."""

    arms: int
    members: int
    deaf: int
    closed: int
    said: int
    deliveries: int
    missing: int
    repeated: int


def totals(entries: Sequence[SoakEntry]) -> Totals:
    """The sums over these entries."""
    return Totals(
        arms=len(entries),
        members=sum(each.members for each in entries),
        deaf=sum(len(each.deaf) for each in entries),
        closed=sum(len(each.closed) for each in entries),
        said=sum(each.said for each in entries),
        deliveries=sum(each.deliveries for each in entries),
        missing=sum(each.missing for each in entries),
        repeated=sum(each.repeated for each in entries),
    )
