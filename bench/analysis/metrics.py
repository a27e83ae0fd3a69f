"""What `/metrics` costs: a delivery with it and without it, and one scrape."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from bench.analysis.estimate import Estimate
from bench.analysis.ratios import costs
from bench.analysis.slots import Slot, SlotTable
from bench.envelope.metrics import MetricsScrapes, MetricsSlot

ROOM: Final = 100
ALONE: Final = 1


@dataclass(frozen=True, slots=True)
class MetricsCost:
    """One chat: costs with `/metrics` divided by costs without it, and what one scrape takes."""

    arm: str
    delivery: Estimate
    """In a room of `ROOM`."""
    round_trip: Estimate
    """Alone in a room."""
    scrape_us: float
    """µs of CPU for one request."""
    scrape_bytes: int


def metrics_costs(entries: Iterable[MetricsSlot | MetricsScrapes]) -> list[MetricsCost]:
    """By arm, in the order of the entries; an arm with too few slots is missing."""
    slots: dict[str, list[MetricsSlot]] = defaultdict(list)
    scrapes: dict[str, list[MetricsScrapes]] = defaultdict(list)
    for each in entries:
        if isinstance(each, MetricsSlot):
            slots[each.arm].append(each)
        else:
            scrapes[each.arm].append(each)
    return [_cost(arm, own, scrapes[arm]) for arm, own in slots.items() if scrapes[arm]]


def _cost(arm: str, slots: Sequence[MetricsSlot], scrapes: Sequence[MetricsScrapes]) -> MetricsCost:
    return MetricsCost(
        arm,
        _ratio(slots, ROOM),
        _ratio(slots, ALONE),
        1e6 * fmean(each.cpu_s / each.scrapes for each in scrapes),
        max(each.size for each in scrapes),
    )


def _ratio(slots: Sequence[MetricsSlot], room: int) -> Estimate:
    table = SlotTable.of(
        replace(Slot.of(each, each.counts.delivered), arm=str(each.answers))
        for each in slots
        if each.room == room
    )
    return costs(table).ratio("True", "False")
