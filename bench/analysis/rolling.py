"""How long members were away during a rolling restart, and what they missed."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.analysis.statistics import Estimate, estimate_median
from bench.envelope.rolling import RollingEntry


@dataclass(frozen=True, slots=True)
class Away:
    """All absences of one arm's members, in seconds."""

    times: int
    """Absences of all members together."""
    median: Estimate | None
    """With its 95 % interval over absences; None without any."""
    longest: float


@dataclass(frozen=True, slots=True)
class Missed:
    """The deliveries to several members."""

    expected: int
    lost: int
    replayed: int
    repeated: int


def away(entry: RollingEntry) -> Away:
    """How long and how often the members were away."""
    every = [seconds for member in entry.members for seconds in member.away_s]
    return Away(
        len(every),
        estimate_median(every) if every else None,
        max(every, default=0.0),
    )


def missed(entries: Iterable[RollingEntry]) -> Missed:
    """What was lost and replayed, over all members of these arms."""
    found = list(entries)
    members = [member for entry in found for member in entry.members]
    return Missed(
        sum((entry.sent - entry.untaken) * len(entry.members) for entry in found),
        sum(member.lost for member in members),
        sum(member.replayed for member in members),
        sum(member.repeated for member in members),
    )
