"""What a run of `scale` says: several server processes."""

from collections.abc import Iterator
from typing import Final

from bench.analysis.scale import ArmScale, scales
from bench.envelope.run import Run
from bench.envelope.scale import ScaleSlot
from bench.report.explorer.tables import Metric, Row, Table, plain, row

_GROUP, _BY, _COUNTS = "Several processes", "Processes", "deliveries"
_REACHED_PAGE: Final = "scaling.md#do-several-server-processes-reach-every-member"
_COST_PAGE: Final = "scaling.md#what-do-several-server-processes-cost"
COST: Final = Metric(
    id="processes-cost",
    group=_GROUP,
    title="CPU per delivery, servers and broker",
    unit="µs",
    better="less",
    by=_BY,
    counts=_COUNTS,
    page=_COST_PAGE,
    about="The stacks of this experiment run one after another, so their rows are not paired.",
)
GROWTH: Final = Metric(
    id="processes-growth",
    group=_GROUP,
    title="CPU per delivery, as a multiple of the cost with one process",
    unit="×",
    better="less",
    by=_BY,
    counts=_COUNTS,
    page=_COST_PAGE,
)
REACHED: Final = Metric(
    id="processes-reached",
    group=_GROUP,
    title="Deliveries that came",
    unit="%",
    better="more",
    by=_BY,
    counts=_COUNTS,
    page=_REACHED_PAGE,
)
METRICS: Final = (COST, GROWTH, REACHED)


def tables(run: Run) -> Iterator[Table]:
    """Three tables for each number of processes; none without slots."""
    slots = [each for each in run.observations if isinstance(each, ScaleSlot)]
    found = list(scales(slots).values())
    numbers = sorted({workers for each in found for workers in each.workers})
    for workers in numbers:
        having = [each for each in found if workers in each.workers]
        at, label = str(workers), "one process" if workers == 1 else f"{workers} processes"
        for metric, rows in _rows(having, workers).items():
            yield Table(metric=metric.id, at=at, label=label, rows=rows)


def _rows(found: list[ArmScale], workers: int) -> dict[Metric, list[Row]]:
    expected = {each.arm: each.reached(workers).expected for each in found}
    rows = {
        COST: [row(each.arm, each.cost(workers), expected[each.arm]) for each in found],
        REACHED: [
            plain(each.arm, 100 * each.reached(workers).share, expected[each.arm]) for each in found
        ],
    }
    if workers > 1:
        rows[GROWTH] = [
            row(each.arm, each.ratio(workers), expected[each.arm])
            for each in found
            if 1 in each.workers
        ]
    return rows
