"""What a history adds to a message: CPU time by ratio, µs, and waits."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.estimate import Difference, Estimate, known_by, satterthwaite
from bench.analysis.ratios import Costs, costs
from bench.analysis.slots import Slot, SlotTable
from bench.envelope.history import HistoryAcks, HistoryEntry, HistorySlot, HistoryWindow, Way

OFF = Way("off")
_ORDER = ("off", "sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Waits:
    """Medians and 99th percentiles in µs; None where nothing was measured."""

    ack: float | None
    ack_p99: float | None
    delivery: float | None
    busy: float | None
    """The median of deliveries at the rate that is equal for all: the median start's."""
    busy_p99: float | None


class Histories:
    """All chats of a run; a chat is an arm without its history. Costs are µs of CPU a message."""

    def __init__(self, entries: Sequence[HistoryEntry]) -> None:
        self._slots = [each for each in entries if isinstance(each, HistorySlot)]
        self._windows = [each for each in entries if isinstance(each, HistoryWindow)]
        self._acks = [each for each in entries if isinstance(each, HistoryAcks)]
        self.refused = sum(each.refused is not None for each in self._slots)
        self.arms = list(dict.fromkeys(each.arm for each in self._slots))
        self._costs = _costs(self._slots)

    def ways(self, arm: str) -> list[Way]:
        """The ways of this arm that were measured, without a history first."""
        found = {each.way for each in self._slots if each.arm == arm}
        return sorted(found, key=lambda way: (way.pools == "stock", _ORDER.index(way.storage)))

    def cost(self, arm: str, way: Way) -> Estimate | None:
        """µs of CPU of servers and engines for a message with all its deliveries."""
        try:
            return None if self._costs is None else self._costs.cost(_label(arm, way))
        except ValueError:
            return None

    def ratio(self, above: tuple[str, Way], below: tuple[str, Way]) -> Estimate | None:
        """The cost of one divided by the cost of the other, over the same rounds."""
        try:
            return (
                None if self._costs is None else self._costs.ratio(_label(*above), _label(*below))
            )
        except ValueError:
            return None

    def added(self, arm: str, way: Way) -> Difference | None:
        """µs of CPU that this history adds to a message."""
        ratio, base = self.ratio((arm, way), (arm, OFF)), self.cost(arm, OFF)
        if ratio is None or base is None:
            return None
        # The ratio is of the same rounds; the base's error is a factor of the whole difference.
        more = ratio.value - 1
        terms = [
            known_by((base.value * ratio.value * ratio.error) ** 2, ratio.freedom),
            known_by((base.value * more * base.error) ** 2, base.freedom),
        ]
        error, freedom = satterthwaite(terms)
        return Difference(base.value * more, error, freedom)

    def waits(self, arm: str, way: Way) -> Waits:
        """How long acks and deliveries take."""
        probes = [each for each in self._acks if (each.arm, each.way) == (arm, way)]
        acks = [us for each in probes for us in each.ack_us]
        deliveries = [us for each in probes for us in each.delivery_us]
        windows = [
            each.latency_us
            for each in self._windows
            if (each.arm, each.way) == (arm, way) and each.refused is None
        ]
        return Waits(
            _median(acks),
            _p99(acks),
            _median(deliveries),
            _median(each.p50 for each in windows),
            _median(each.p99 for each in windows),
        )


def _costs(slots: Iterable[HistorySlot]) -> Costs | None:
    """None with one start alone, which has no interval."""
    rows = []
    for slot in slots:
        turn = Slot.of(slot, slot.counts.sent)
        label = _label(slot.arm, slot.way)
        rows.append(Slot(label, turn.start, turn.round, turn.cpu_us, turn.work, turn.ruler_us))
    try:
        return costs(SlotTable.of(rows))
    except ValueError:
        return None


def _label(arm: str, way: Way) -> str:
    return f"{arm}@{way.name}"


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return statistics.median(found) if found else None


def _p99(values: Sequence[int]) -> float | None:
    return float(sorted(values)[max(0, round(0.99 * len(values)) - 1)]) if values else None
