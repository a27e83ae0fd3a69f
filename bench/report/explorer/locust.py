"""What saved runs of Locust say."""

from collections.abc import Iterator, Sequence
from typing import Final

from bench.analysis.estimate import Estimate
from bench.analysis.locust import estimates, ratio
from bench.envelope.locust import LocustRun
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Pair, Row, Table, pairs, plain, row

_GROUP: Final = "Saved from Locust"
_PAGE: Final = "locust.md#keep-a-run"


def _metric(name: str, title: str, unit: str, *, more: bool = False, about: str = "") -> Metric:
    return Metric(
        id=f"locust-{name}",
        group=_GROUP,
        title=title,
        unit=unit,
        better="more" if more else "less",
        by="Load",
        counts="deliveries",
        page=_PAGE,
        about=about,
    )


_OVER_TIME: Final = "Each second has one figure; this is their mean over the run."
_BY_NAME: Final = {
    "Latency, p50 (ms)": _metric("p50", "Latency, p50", "ms", about=_OVER_TIME),
    "Latency, p99 (ms)": _metric("p99", "Latency, p99", "ms", about=_OVER_TIME),
    "CPU for a delivery (µs)": _metric("cpu", "CPU for a delivery", "µs", about=_OVER_TIME),
    "Deliveries a second": _metric(
        "rate", "Deliveries a second", "deliveries/s", more=True, about=_OVER_TIME
    ),
}
LOST: Final = _metric("lost", "Deliveries lost", "%")
METRICS: Final = (*_BY_NAME.values(), LOST)


def tables(run: Run) -> Iterator[Table]:
    """The tables of a saved run: of one chat, or of two that took turns under the same load."""
    chats = [each for each in run.observations if isinstance(each, LocustRun)]
    if not chats:
        return
    load = chats[0]
    users = ", ".join(f"{count} {name}" for name, count in load.users.items())
    label = f"{users}; rooms of {load.room_size}, {load.rate:g} messages/s each"
    at = f"{sum(load.users.values())}-{load.room_size}-{load.rate:g}"
    rows: dict[str, list[Row]] = {}
    for metric, found in (each for chat in chats for each in _rows(chat)):
        rows.setdefault(metric.id, []).append(found)
    for name, both in rows.items():
        yield Table(metric=name, at=at, label=label, rows=both, pairs=_pairs(name, chats))


def _pairs(metric: str, chats: Sequence[LocustRun]) -> list[Pair]:
    """The ratio of two chats that took turns, from the same seconds."""
    name = next((name for name, each in _BY_NAME.items() if each.id == metric), None)
    by_arm = {each.arm: each for each in chats if each.against and not each.refused}
    if name is None or len(by_arm) < 2:
        return []

    def of(above: str, below: str) -> Estimate | None:
        return ratio(name, by_arm[above], by_arm[below])

    return pairs(list(by_arm), of)


def _rows(each: LocustRun) -> Iterator[tuple[Metric, Row]]:
    if each.refused:  # it measured the generator, or ended early: its figures are not published
        for metric in METRICS:
            yield metric, Row(each.arm, None, n=each.delivered, note=each.refused)
        return
    for name, found in estimates(each).items():
        if found is not None:
            yield _BY_NAME[name], row(each.arm, found, each.delivered)
    share = 100 * each.lost / max(1, each.expected)
    yield LOST, plain(each.arm, share, each.expected)
