"""The largest rate that each chat sustains, for the page."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

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

_OVER_REDIS: Final = {
    "fastapi-uvicorn-redis": "FastAPI",
    "channels-uvicorn-pubsub": "Channels with its pub/sub layer",
    "channels-uvicorn-redis": "Channels with its core layer",
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
        "most": _sentences(by_rate, room),
        "table": table(
            ("arm", "deliveries/s", "95 % interval", "what ends it", "windows"),
            [_row(arm, each, room) for arm, each in by_rate],
        ),
        "name": run.name,
        "raw": link(run.path, root / folder),
        "again": commands([run.info.command, "chatbench report"]),
    }


def _sentences(by_rate: Sequence[tuple[str, Sustained]], room: int) -> str:
    """The answer: over Redis, then the arm that carries most."""
    if not by_rate:
        return ""
    found = dict(by_rate)
    over_redis = [
        f"{words} {number(room * found[arm].value)}{_brackets(found[arm], room)}"
        for arm, words in _OVER_REDIS.items()
        if arm in found
    ]
    most, rate = by_rate[0]
    end = f"{code(most)} carries most: {number(room * rate.value)}."
    if not over_redis:
        return end
    return f"Over Redis on uvicorn, deliveries a second: {', '.join(over_redis)}. {end}"


def _brackets(found: Sustained, room: int) -> str:
    return f" ({_interval(found, room)})" if _has_interval(found) else ""


def _row(arm: str, found: Sustained, room: int) -> tuple[str, ...]:
    interval = _interval(found, room) if _has_interval(found) else "the windows scatter too much"
    ends = _ENDS[found.limit]
    return code(arm), number(room * found.value), interval, ends, str(found.windows)


def _has_interval(found: Sustained) -> bool:
    return found.low > 0 or not math.isinf(found.high)


def _interval(found: Sustained, room: int) -> str:
    high = "no upper end" if math.isinf(found.high) else number(room * found.high)
    return f"{number(room * found.low)}–{high}"
