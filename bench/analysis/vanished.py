"""How soon members that went were noticed, in seconds."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from bench.envelope.vanished import Gone, VanishedEntry, Way

SILENT: tuple[Way, ...] = ("frozen", "cut")
"""The ways to go in which nobody tells the server."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Members of one or several rooms; the times are None where nobody was noticed."""

    members: int
    unnoticed: int
    soonest: float | None
    median: float | None
    latest: float | None


def noticed(cases: Iterable[Gone]) -> Noticed:
    """What became of all members of these rooms."""
    found = list(cases)
    times = [seconds for case in found for seconds in case.noticed_s]
    unnoticed = sum(case.unnoticed for case in found)
    return Noticed(
        len(times) + unnoticed,
        unnoticed,
        min(times, default=None),
        statistics.median(times) if times else None,
        max(times, default=None),
    )


def of_ways(entries: Iterable[VanishedEntry], ways: Iterable[Way]) -> list[Gone]:
    """The rooms of these arms whose members went in one of these ways."""
    wanted = set(ways)
    return [case for entry in entries for case in entry.cases if case.way in wanted]
