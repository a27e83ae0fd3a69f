"""What runs of `rolling` and `soak` say: replaced processes, and a day in some minutes."""

from collections.abc import Iterator
from typing import Final

from bench.analysis.rolling import away, missed
from bench.analysis.soak import trends
from bench.envelope.rolling import RollingEntry
from bench.envelope.run import Run
from bench.envelope.soak import SoakEntry
from bench.report.explorer.tables import Metric, Row, Table, plain, resampled, row

_DEPLOYS, _DAYS = "Deploys", "A day and more"
_ROLLING_PAGE: Final = "reliability.md#how-long-does-a-deploy-take-its-members-away"
_SOAK_PAGE: Final = "reliability.md#does-a-member-stop-hearing-after-a-day-and-does-something-grow"


def _metric(name: str, title: str, unit: str, counts: str, about: str = "") -> Metric:
    rolling = name.startswith("rolling")
    return Metric(
        id=name,
        group=_DEPLOYS if rolling else _DAYS,
        title=title,
        unit=unit,
        better="less",
        by="Processes" if rolling else "Limits",
        counts=counts,
        page=_ROLLING_PAGE if rolling else _SOAK_PAGE,
        about=about,
    )


AWAY: Final = _metric(
    "rolling-away", "A member is away in a rolling restart, median", "s", "absences"
)
LONGEST: Final = _metric(
    "rolling-longest", "A member is away in a rolling restart, longest", "s", "absences"
)
LOST: Final = _metric(
    "rolling-lost",
    "Deliveries lost in a rolling restart",
    "%",
    "deliveries",
    "Of messages that at least one member received.",
)
MISSING: Final = _metric(
    "soak-missing", "Deliveries that did not come in a soak", "%", "deliveries"
)
DEAF: Final = _metric("soak-deaf", "Members that heard nothing at the end", "members", "members")
MEMORY: Final = _metric(
    "soak-memory",
    "Memory that each member leaves behind",
    "KiB",
    "members that came and went",
    "The slope of the memory of all server processes.",
)
DESCRIPTORS: Final = _metric(
    "soak-descriptors",
    "File descriptors that 1 000 members leave behind",
    "descriptors",
    "members that came and went",
)
METRICS: Final = (AWAY, LONGEST, LOST, MISSING, DEAF, MEMORY, DESCRIPTORS)


def tables(run: Run) -> Iterator[Table]:
    """The tables of the experiments that the run has."""
    rolling = [each for each in run.observations if isinstance(each, RollingEntry)]
    if rolling:
        workers = rolling[0].workers
        label = f"{workers} processes, one after another"
        for metric, rows in _rolling(rolling).items():
            yield Table(metric=metric.id, at=str(workers), label=label, rows=rows)
    soaks = [each for each in run.observations if isinstance(each, SoakEntry)]
    if soaks:
        label = f"{soaks[0].seconds:g} s with shortened limits"
        for metric, rows in _soak(soaks).items():
            if rows:
                yield Table(metric=metric.id, at="shortened", label=label, rows=rows)


def _rolling(entries: list[RollingEntry]) -> dict[Metric, list[Row]]:
    found: dict[Metric, list[Row]] = {AWAY: [], LONGEST: [], LOST: []}
    for entry in entries:
        gone, counted = away(entry), missed([entry])
        if gone.median is not None:
            found[AWAY].append(resampled(entry.arm, gone.median, gone.times))
            found[LONGEST].append(plain(entry.arm, gone.longest, gone.times))
        note = f"{counted.replayed} came by replay" if counted.replayed else ""
        share = 100 * counted.lost / max(1, counted.expected)
        found[LOST].append(plain(entry.arm, share, counted.expected, note))
    return found


def _soak(entries: list[SoakEntry]) -> dict[Metric, list[Row]]:
    found: dict[Metric, list[Row]] = {MISSING: [], DEAF: [], MEMORY: [], DESCRIPTORS: []}
    for entry in entries:
        expected = entry.deliveries + entry.missing
        share = 100 * entry.missing / max(1, expected)
        found[MISSING].append(plain(entry.arm, share, expected))
        found[DEAF].append(plain(entry.arm, len(entry.deaf), entry.members))
        grown = trends(entry)
        if grown is not None:
            found[MEMORY].append(row(entry.arm, grown.memory_kib, grown.connections))
            found[DESCRIPTORS].append(row(entry.arm, grown.descriptors, grown.connections))
    return found
