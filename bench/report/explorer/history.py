"""What a run of `history` says: a message with and without a database behind the chat."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from bench.analysis.estimate import Estimate
from bench.analysis.history import Histories
from bench.envelope.history import HistoryAcks, HistorySlot, HistoryWindow, Way
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Table, pairs, plain, row

_GROUP, _BY, _PAGE = "History", "Room", "reliability.md#what-does-a-history-cost-a-message"
COST: Final = Metric(
    id="history-cost",
    group=_GROUP,
    title="CPU per message, by history",
    unit="µs",
    better="less",
    by=_BY,
    counts="slots",
    page=_PAGE,
    about="CPU of servers, Redis and database for one message with all its deliveries.",
)
ACK: Final = Metric(
    id="history-ack",
    group=_GROUP,
    title="Time until an ack, median",
    unit="ms",
    better="less",
    by=_BY,
    counts="acks",
    page=_PAGE,
    about="One member alone, which waits for each answer before it sends the next message.",
)
METRICS: Final = (COST, ACK)
SEPARATOR: Final = "@"
"""Between an arm and its history in the id of a row."""

_Key = tuple[str, Way]


def tables(run: Run) -> Iterator[Table]:
    """One table for each figure; none without entries."""
    kinds = HistorySlot | HistoryWindow | HistoryAcks
    entries = [each for each in run.observations if isinstance(each, kinds)]
    found = Histories(entries)
    keys = {_id(arm, way): (arm, way) for arm in found.arms for way in found.ways(arm)}
    slots = [each for each in entries if isinstance(each, HistorySlot) and each.refused is None]
    yield from _costs(found, keys, Counter(_id(each.arm, each.way) for each in slots))
    yield from _acks(found, keys)


def _costs(found: Histories, keys: dict[str, _Key], counted: Counter[str]) -> Iterator[Table]:
    costs = {name: cost for name, key in keys.items() if (cost := found.cost(*key)) is not None}

    def ratio(above: str, below: str) -> Estimate | None:
        return found.ratio(keys[above], keys[below])

    if costs:
        yield Table(
            metric=COST.id,
            at="10",
            label="rooms of 10",
            rows=[row(name, cost, counted[name]) for name, cost in costs.items()],
            pairs=pairs(list(costs), ratio),
        )


def _acks(found: Histories, keys: dict[str, _Key]) -> Iterator[Table]:
    waits = {name: found.waits(*key).ack for name, key in keys.items()}
    rows = [plain(name, us / 1000) for name, us in waits.items() if us is not None]
    if rows:
        yield Table(metric=ACK.id, at="1", label="one member alone", rows=rows)


def _id(arm: str, way: Way) -> str:
    return f"{arm}{SEPARATOR}{way.name}"
