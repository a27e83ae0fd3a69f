"""The page and its charts, from the newest run of `speed`."""

import os
from pathlib import Path
from typing import Any

from bench.analysis.speed import SpeedFigures
from bench.declared.claims import load_claims
from bench.envelope.run import newest
from bench.envelope.speed import Slot
from bench.report.charts import THEMES, describe, draw
from bench.report.markdown import commands, picture
from bench.report.speed import answers, drawings, tables
from bench.report.templating import fill

_DOCS = Path("docs")


def render_speed(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises ResultsError."""
    found = newest(root, Slot)
    if found is None:
        return {_DOCS / "speed.md": fill("speed.md.j2", {"run": None})}
    figures = SpeedFigures(found.run, load_claims())
    charts = drawings.charts(figures)
    context = _context(figures, root) | {
        "pictures": [picture(chart.name, describe(chart), "charts") for chart in charts]
    }
    pages = {_DOCS / "speed.md": fill("speed.md.j2", context)}
    for chart in charts:
        for theme in THEMES:
            pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _context(figures: SpeedFigures, root: Path) -> dict[str, Any]:
    run = figures.run
    starts = len({slot.start for slot in figures.slots})
    return {
        "run": run,
        "info": run.info,
        "raw": Path(os.path.relpath(run.path, (root / _DOCS).resolve())).as_posix() + "/",
        "answers": answers.answers(figures, load_claims()),
        "precision": answers.precision(figures),
        "ruler": figures.ruler.reason,
        "starts": starts,
        "turns": len(figures.slots) + len(figures.windows),
        "refused": figures.refused,
        "cost_table": tables.costs(figures),
        "latency_table": tables.latencies(figures),
        "message_table": tables.messages(figures),
        "split_table": tables.splits(figures),
        "target_table": tables.targets(figures),
        "again": commands([run.info.command, "chatbench report"]),
    }
