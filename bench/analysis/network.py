"""What came through bad networks, with and without a history, and how soon members heard again."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.estimate import Difference
from bench.envelope.network import Network, NetworkCase, NetworkEntry
from bench.envelope.run import ArmInfo

Found = tuple[NetworkEntry, NetworkCase]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The deliveries of several rooms behind one kind of network."""

    expected: int
    lost: int
    replayed: int
    repeated: int
    share: Difference
    """The share of a member's messages that came: the mean over members, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How soon members heard again after cuts, in seconds."""

    outages: int
    median: float | None
    longest: float | None
    reconnected: int
    """How many came back over a new connection. In the others TCP repaired the old one."""
    unheard: int
    """After so many cuts the member heard nothing more of what was counted."""


def networks(entries: Sequence[NetworkEntry]) -> list[Network]:
    """All kinds of networks, in the order in which they were measured."""
    found = {case.network.name: case.network for entry in entries for case in entry.cases}
    return list(found.values())


def behind(
    entries: Iterable[NetworkEntry],
    arms: Mapping[str, ArmInfo],
    network: Network,
    *,
    history: bool,
    framework: str | None = None,
) -> list[Found]:
    """The rooms behind this network, of arms with or without a history."""
    return [
        (entry, case)
        for entry in entries
        for case in entry.cases
        if case.network.name == network.name
        and (arms[entry.arm].history != "off") == history
        and framework in (None, arms[entry.arm].framework)
    ]


def delivered(found: Iterable[Found]) -> Delivered | None:
    """The deliveries of these rooms together; None without a room."""
    cases = [case for _, case in found]
    received = [each for case in cases for each in case.received]
    if not received:
        return None
    shares = [1 - each.lost / case.sent for case in cases for each in case.received]
    return Delivered(
        sum(case.sent * len(case.received) for case in cases),
        sum(each.lost for each in received),
        sum(each.replayed for each in received),
        sum(each.repeated for each in received),
        _mean(shares),
    )


def recovery(case: NetworkCase) -> Recovery:
    """How soon the members of a room heard again."""
    heard = [each.heard_after_s for each in case.outages if each.heard_after_s is not None]
    return Recovery(
        len(case.outages),
        statistics.median(heard) if heard else None,
        max(heard, default=None),
        sum(each.reconnected for each in case.outages),
        len(case.outages) - len(heard),
    )


def _mean(values: Sequence[float]) -> Difference:
    count = len(values)
    error = statistics.stdev(values) / math.sqrt(count) if count > 1 else 0.0
    return Difference(statistics.fmean(values), error, max(1, count - 1))
