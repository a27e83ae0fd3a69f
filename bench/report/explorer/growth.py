"""What a run of `growth` says: members of a room, rooms, and sizes of messages."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from bench.analysis.growth import Point, growths
from bench.envelope.growth import Axis, GrowthSlot
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Table, row

_KIB: Final = 1024
_PAGE: Final = "scaling.md#does-a-delivery-get-dearer-in-a-larger-room"
COST: Final = Metric(
    id="growth",
    group="Growth",
    title="CPU per delivery, by members, rooms and sizes",
    unit="µs",
    better="less",
    by="Point",
    counts="slots",
    page=_PAGE,
    about="The stacks of this experiment run one after another, so their rows are not paired.",
)
METRICS: Final = (COST,)

_AXES: Final[tuple[tuple[Axis, str, Callable[[int], str]], ...]] = (
    ("members", "text", lambda x: f"room of {x}, 35 % of a core"),
    ("equal", "text", lambda x: f"room of {x}, the same deliveries a second"),
    ("rooms", "text", lambda x: f"{x} rooms of 10" if x > 1 else "1 room of 10"),
    ("size", "text", lambda x: f"texts of {x} bytes"),
    ("size", "image", lambda x: f"images of {x / _KIB:g} KiB"),
)


def tables(run: Run) -> Iterator[Table]:
    """A table for each point; none without slots."""
    slots = [each for each in run.observations if isinstance(each, GrowthSlot)]
    found = list(growths(slots).values())
    counted = Counter((slot.arm, Point.of(slot)) for slot in slots if slot.refused is None)
    for axis, content, label in _AXES:
        for x in sorted({x for each in found for x in each.along(axis, content)}):
            rows = [
                row(each.arm, cost, counted[each.arm, Point(axis, content, x)])
                for each in found
                if (cost := each.along(axis, content).get(x)) is not None
            ]
            yield Table(metric=COST.id, at=f"{axis}-{content}-{x}", label=label(x), rows=rows)
