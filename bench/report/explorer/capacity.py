"""What a run of `capacity` says: the largest rate with p99 <= 100 ms."""

import math
from collections.abc import Iterator
from typing import Final

from bench.analysis.capacity import capacities
from bench.analysis.sustained import Sustained
from bench.envelope.capacity import CapacityWindow
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, ranged

CAPACITY: Final = Metric(
    id="capacity",
    group="Speed",
    title="The most deliveries a second with p99 ≤ 100 ms",
    unit="deliveries/s",
    better="more",
    by="Load",
    counts="windows",
    page="comparison.md#the-largest-rate-with-p99--100-ms",
)
METRICS: Final = (CAPACITY,)


def tables(run: Run) -> Iterator[Table]:
    """One table; none without windows that count."""
    windows = [each for each in run.observations if isinstance(each, CapacityWindow)]
    found = capacities(windows)
    if found:
        room = windows[0].room
        rows = [_row(arm, each, room) for arm, each in found.items()]
        yield Table(metric=CAPACITY.id, at=f"{room}", label=f"room of {room}", rows=rows)


def _row(arm: str, found: Sustained, room: int) -> Row:
    note = "" if math.isfinite(found.high) else "no window failed, so it has no upper end"
    note = "it ends with a loss" if found.limit == "loss" else note
    ends = (room * found.value, room * found.low, room * found.high)
    return ranged(arm, *ends, found.windows, note)
