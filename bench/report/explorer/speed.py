"""What a run of `speed` says: costs by load and room, latencies, and where the time goes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bench.analysis.estimate import Difference, Estimate
from bench.analysis.latency import Percentile, TooFewMessages
from bench.analysis.message_cost import MessageCost
from bench.analysis.speed import Condition, SpeedFigures
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, pairs, plain, ranged, row

_GROUP: Final = "Speed"
_COST_PAGE: Final = "comparison.md#cpu-per-delivery"
_SPLIT_PAGE: Final = "comparison.md#a-message-and-a-delivery"
COST: Final = Metric(
    id="cost",
    group=_GROUP,
    title="CPU per delivery",
    unit="µs",
    better="less",
    by="Load",
    counts="messages",
    page=_COST_PAGE,
    about="CPU time of servers, Redis and PostgreSQL for one message at one member.",
)
RATE: Final = Metric(
    id="rate",
    group=_GROUP,
    title="Deliveries a second, whole core",
    unit="deliveries/s",
    better="more",
    by="Load",
    counts="messages",
    page=_COST_PAGE,
    about="What one core carries at the cost of a short overload.",
)
LATENCY: Final = {
    share: Metric(
        id=f"latency-{name}",
        group=_GROUP,
        title=f"Latency, {name}",
        unit="ms",
        better="less",
        by="Load",
        counts="messages",
        page="comparison.md#latency",
        about="From the time at which a message was due until its last member had it.",
    )
    for name, share in (("p50", 0.5), ("p99", 0.99))
}
MESSAGE: Final = Metric(
    id="message",
    group=_GROUP,
    title="CPU of a message, once",
    unit="µs",
    better="less",
    by="Load",
    counts="messages",
    page=_SPLIT_PAGE,
    about="The cost of a message once, without its cost for each member.",
)
DELIVERY: Final = Metric(
    id="delivery",
    group=_GROUP,
    title="CPU of a delivery, without the message",
    unit="µs",
    better="less",
    by="Load",
    counts="messages",
    page=_SPLIT_PAGE,
    about="The cost of each further member.",
)
SHARE: Final = Metric(
    id="share",
    group=_GROUP,
    title="Share of the core at equal load",
    unit="%",
    better="less",
    by="Load",
    counts="messages",
    page=_COST_PAGE,
)
IDLE: Final = Metric(
    id="idle",
    group=_GROUP,
    title="CPU while nobody writes",
    unit="µs/s",
    better="less",
    by="Load",
    counts="slots",
    page=_COST_PAGE,
)
METRICS: Final = (COST, RATE, *LATENCY.values(), MESSAGE, DELIVERY, SHARE, IDLE)

_LOADS: Final = {
    "65": "65 % of a core",
    "35": "35 % of a core",
    "equal": "the same deliveries a second",
    "saturated": "overload",
}
_EQUAL: Final = ("equal", 100)
_FULL: Final = ("saturated", 100)
_SPLIT_AT: Final = ("35", 100)


def tables(run: Run) -> Iterator[Table]:
    """All tables of this run; none without slots."""
    figures = SpeedFigures(run, ())
    for condition in sorted(figures.costs, key=_place):
        yield _costs(figures, condition)
    if _FULL in figures.costs:
        yield _rates(figures)
    yield from _latencies(figures)
    yield from _message_costs(figures)
    yield from _filled(_shares(figures), _idle(figures))


def _place(condition: Condition) -> tuple[int, int]:
    return list(_LOADS).index(condition[0]), -condition[1]


def _costs(figures: SpeedFigures, at: Condition) -> Table:
    found = _estimates(figures, lambda arm: figures.cost(at, arm))
    return Table(
        metric=COST.id,
        at=_id(at),
        label=_label(at),
        rows=[row(arm, each, figures.messages(at, arm)) for arm, each in found.items()],
        pairs=pairs(list(found), lambda above, below: figures.ratio(at, above, below)),
    )


def _rates(figures: SpeedFigures) -> Table:
    found = _estimates(figures, lambda arm: figures.cost(_FULL, arm))
    return Table(
        metric=RATE.id,
        at=_id(_FULL),
        label=_label(_FULL),
        rows=[
            row(arm, each.inverse, figures.messages(_FULL, arm), scale=1e6)
            for arm, each in found.items()
        ],
        pairs=pairs(list(found), lambda above, below: figures.ratio(_FULL, below, above)),
    )


def _latencies(figures: SpeedFigures) -> Iterator[Table]:
    rooms = {window.load: window.room for window in figures.windows}
    for share, metric in LATENCY.items():
        for at in sorted(rooms.items(), key=_place):
            found = ((arm, figures.latency(arm, at[0], share)) for arm in figures.arms)
            rows = [_percentile(arm, each) for arm, each in found if each is not None]
            yield from _filled(Table(metric=metric.id, at=_id(at), label=_label(at), rows=rows))


def _percentile(arm: str, found: Percentile | TooFewMessages) -> Row:
    if isinstance(found, TooFewMessages):
        return Row(arm, None, n=found.messages, note=found.reason)
    return ranged(arm, found.value / 1000, found.low / 1000, found.high / 1000, found.messages)


def _message_costs(figures: SpeedFigures) -> Iterator[Table]:
    found = {arm: figures.message_cost(arm) for arm in figures.arms}
    parts: tuple[tuple[Metric, Callable[[MessageCost], Difference]], ...] = (
        (MESSAGE, lambda each: each.message),
        (DELIVERY, lambda each: each.delivery),
    )
    for metric, part in parts:
        rows = [
            row(arm, part(each), figures.messages(_SPLIT_AT, arm))
            for arm, each in found.items()
            if each is not None
        ]
        yield from _filled(
            Table(metric=metric.id, at="35", label="35 % of a core, rooms of 1 and 100", rows=rows)
        )


def _shares(figures: SpeedFigures) -> Table:
    found = {arm: figures.share(_EQUAL, arm) for arm in figures.arms}
    rows = [
        plain(arm, 100 * each, figures.messages(_EQUAL, arm))
        for arm, each in found.items()
        if each is not None
    ]
    return Table(metric=SHARE.id, at=_id(_EQUAL), label=_label(_EQUAL), rows=rows)


def _idle(figures: SpeedFigures) -> Table:
    rows = [
        plain(arm, each, sum((slot.arm, slot.load) == (arm, "idle") for slot in figures.slots))
        for arm in figures.arms
        if (each := figures.idle_us(arm)) is not None
    ]
    return Table(metric=IDLE.id, at="idle", label="all members connected and silent", rows=rows)


def _estimates(figures: SpeedFigures, of: Callable[[str], Estimate | None]) -> dict[str, Estimate]:
    found = ((arm, of(arm)) for arm in figures.arms)
    return {arm: each for arm, each in found if each is not None}


def _filled(*found: Table) -> Iterable[Table]:
    return (table for table in found if table.rows)


def _id(condition: Condition) -> str:
    return f"{condition[0]}-{condition[1]}"


def _label(condition: Condition) -> str:
    load, room = condition
    return f"{_LOADS[load]}, {'alone in a room' if room == 1 else f'room of {room}'}"
