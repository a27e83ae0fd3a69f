"""The method's own test, for the page: what was planted, and what was found."""

from pathlib import Path
from typing import Any

from bench.analysis.estimate import Estimate
from bench.analysis.planted import PlantedResult, find_planted
from bench.envelope.planted import PlantedSlot
from bench.envelope.run import newest
from bench.experiments.planted import MORE
from bench.report.errors import ReportError
from bench.report.links import link
from bench.report.markdown import commands, table


def context(root: Path, folder: Path) -> dict[str, Any] | None:
    """What the newest run of `planted` found; None without a run. Raises ReportError."""
    found = newest(root, PlantedSlot)
    if found is None:
        return None
    run = found.run
    try:
        result = find_planted(found.entries, MORE, run.info.seed)
    except ValueError as error:
        raise ReportError(f"{run.name} has too few slots: {error}.") from None
    return {
        "result": result,
        "arm": run.info.arms[0].id,
        "stacks": len({slot.arm for slot in found.entries}),
        "members": max(slot.members for slot in found.entries),
        "starts": len({slot.start for slot in found.entries}),
        "slots": len(found.entries),
        "more": f"{100 * (result.planted - 1):.1f}",
        "table": _table(result),
        "name": run.name,
        "raw": link(run.path, root / folder),
        "again": commands([run.info.command, "chatbench report"]),
    }


def _table(result: PlantedResult) -> str:
    planted = [("planted ÷ plain", f"{result.planted:.3f}", _ratio(e)) for e in result.size]
    plain = [("plain ÷ plain", "1", _ratio(e)) for e in result.plain]
    return table(("pair", "true ratio", "found"), [*planted, *plain])


def _ratio(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"
