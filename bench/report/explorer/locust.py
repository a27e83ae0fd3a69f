"""What saved runs of Locust say."""

from collections.abc import Iterator
from typing import Final

from bench.analysis.locust import estimates
from bench.envelope.locust import LocustRun
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, plain, row

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
    """The tables of a saved run."""
    for each in run.observations:
        if isinstance(each, LocustRun):
            users = ", ".join(f"{count} {name}" for name, count in each.users.items())
            label = f"{users}; rooms of {each.room_size}, {each.rate:g} messages/s each"
            at = f"{sum(each.users.values())}-{each.room_size}-{each.rate:g}"
            for metric, found in _rows(each):
                yield Table(metric=metric.id, at=at, label=label, rows=[found])


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
