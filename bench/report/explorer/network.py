"""What runs of `network` and `vanished` say: what came, how soon members heard, who was missed."""

from collections.abc import Callable, Iterator
from typing import Final

from bench.analysis.network import delivered, networks, recovery
from bench.analysis.vanished import noticed, of_ways
from bench.envelope.network import NetworkCase, NetworkEntry
from bench.envelope.run import Run
from bench.envelope.vanished import VanishedEntry, Way
from bench.report.explorer.tables import Metric, Row, Table, plain, ranged

_GROUP, _BY = "Networks", "Network"
CAME: Final = Metric(
    id="network-came",
    group=_GROUP,
    title="Deliveries that came through a bad network",
    unit="%",
    better="more",
    by=_BY,
    counts="deliveries",
    page="network.md#is-a-message-lost",
    about="Live or by replay. The interval is of the mean over members.",
)
LATENCY: Final = Metric(
    id="network-p99",
    group=_GROUP,
    title="Latency behind a bad network, p99",
    unit="ms",
    better="less",
    by=_BY,
    counts="live deliveries",
    page="network.md#what-do-lost-and-late-packets-do",
)
HEARD: Final = Metric(
    id="network-heard",
    group=_GROUP,
    title="From the end of a cut to the next message, median",
    unit="s",
    better="less",
    by=_BY,
    counts="cuts",
    page="network.md#how-soon-does-a-member-hear-again",
    range="the shortest and the longest of the cuts",
)
GONE: Final = Metric(
    id="network-gone",
    group=_GROUP,
    title="Until the others see that a member is gone, median",
    unit="s",
    better="less",
    by="How it went",
    counts="members",
    page="network.md#how-soon-do-the-others-see-that-a-member-is-gone",
    range="the soonest and the latest of the members",
)
METRICS: Final = (CAME, LATENCY, HEARD, GONE)
_WAYS: Final[dict[Way, str]] = {
    "ended": "Its program ended",
    "frozen": "Its program froze",
    "cut": "Its network was cut",
}


def tables(run: Run) -> Iterator[Table]:
    """Tables for each network, and for each way to go; none without entries."""
    yield from _gone([each for each in run.observations if isinstance(each, VanishedEntry)])
    entries = [each for each in run.observations if isinstance(each, NetworkEntry)]
    ways: tuple[tuple[Metric, Callable[[NetworkEntry, NetworkCase], Row | None]], ...] = (
        (CAME, _came),
        (LATENCY, _latency),
        (HEARD, _heard),
    )
    for number, network in enumerate(networks(entries), start=1):
        found = [
            (entry, case)
            for entry in entries
            for case in entry.cases
            if case.network.name == network.name
        ]
        for metric, way in ways:
            rows = [row for each in found if (row := way(*each)) is not None]
            if rows:
                yield Table(metric=metric.id, at=str(number), label=network.name, rows=rows)


def _came(entry: NetworkEntry, case: NetworkCase) -> Row | None:
    found = delivered([(entry, case)])
    if found is None:
        return None
    note = f"{found.replayed} of them by replay" if found.replayed else ""
    share = found.share
    if share.low == share.high:
        return plain(entry.arm, 100 * share.value, found.expected, note)
    low, high = 100 * max(0.0, share.low), 100 * min(1.0, share.high)
    return ranged(entry.arm, 100 * share.value, low, high, found.expected, note)


def _latency(entry: NetworkEntry, case: NetworkCase) -> Row | None:
    if case.network.cut is not None:
        return None
    return plain(entry.arm, case.latency.p99 / 1000, sum(each.live for each in case.received))


def _heard(entry: NetworkEntry, case: NetworkCase) -> Row | None:
    found = recovery(case)
    if found.median is None or found.longest is None:
        return None
    heard = [each.heard_after_s for each in case.outages if each.heard_after_s is not None]
    note = f"after {found.unheard} cuts nothing came" if found.unheard else ""
    return ranged(entry.arm, found.median, min(heard), found.longest, found.outages, note)


def _gone(entries: list[VanishedEntry]) -> Iterator[Table]:
    for way, words in _WAYS.items():
        rows = [row for each in entries if (row := _missed(each, way)) is not None]
        if rows:
            yield Table(metric=GONE.id, at=way, label=words, rows=rows)


def _missed(entry: VanishedEntry, way: Way) -> Row | None:
    found = noticed(of_ways([entry], [way]))
    if found.median is None or found.soonest is None or found.latest is None:
        return None
    note = f"{found.unnoticed} were not noticed" if found.unnoticed else ""
    return ranged(entry.arm, found.median, found.soonest, found.latest, found.members, note)
