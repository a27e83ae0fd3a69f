"""The largest rate that each chat sustains, for the page."""

import math
from pathlib import Path
from typing import Any

from bench.analysis.capacity import capacities
from bench.analysis.sustained import Sustained
from bench.analysis.wording import number
from bench.envelope.capacity import CapacityWindow
from bench.envelope.run import newest
from bench.report.links import link
from bench.report.markdown import code, commands, table

_ENDS = {
    "p99": "p99",
    "loss": "loss",
    "not reached": "no window failed",
}


def context(root: Path, folder: Path) -> dict[str, Any] | None:
    """What the newest run of `capacity` found; None without a run."""
    found = newest(root, CapacityWindow)
    if found is None:
        return None
    run = found.run
    room = found.entries[0].room
    by_rate = sorted(capacities(found.entries).items(), key=lambda each: -each[1].value)
    return {
        "room": room,
        "windows": len(found.entries),
        "refused": sum(each.refused is not None for each in found.entries),
        "starts": len({each.start for each in found.entries}),
        "most": _sentence(by_rate[0], room) if by_rate else "",
        "table": table(
            ("arm", "deliveries/s", "95 % interval", "what ends it", "windows"),
            [_row(arm, each, room) for arm, each in by_rate],
        ),
        "name": run.name,
        "raw": link(run.path, root / folder),
        "again": commands([run.info.command, "chatbench report"]),
    }


def _sentence(most: tuple[str, Sustained], room: int) -> str:
    arm, found = most
    return f"{code(arm)} carries most: {number(room * found.value)} deliveries a second."


def _row(arm: str, found: Sustained, room: int) -> tuple[str, ...]:
    high = "no upper end" if math.isinf(found.high) else number(room * found.high)
    interval = f"{number(room * found.low)} – {high}"
    ends = _ENDS[found.limit]
    return code(arm), number(room * found.value), interval, ends, str(found.windows)
