"""The page and its charts, from the newest raw file of each experiment."""

import os
import shlex
from pathlib import Path
from typing import Any

from bench.analysis import image_memory, survival, writes
from bench.envelope.alone import Alone, ImagesEntry, SurvivalEntry, WritesEntry, newest
from bench.report.charts import THEMES, Chart, describe, draw
from bench.report.markdown import commands, picture
from bench.report.reliability import answers, drawings, tables
from bench.report.reliability.names import fault
from bench.report.templating import fill

_DOCS = Path("docs")


def render_reliability(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises ReportError."""
    lasting = newest(root, SurvivalEntry)
    written = newest(root, WritesEntry)
    sent = newest(root, ImagesEntry)
    drawn: list[Chart] = []
    context = {
        "sources": [raw.name for raw in (lasting, written, sent) if raw is not None],
        "survival": _survival(lasting, root) if lasting else None,
        "writes": _writes(written, root, drawn) if written else None,
        "images": _images(sent, root, drawn) if sent else None,
    }
    pages = {_DOCS / "reliability.md": fill("reliability.md.j2", context)}
    for chart in drawn:
        for theme in THEMES:
            pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _survival(raw: Alone[SurvivalEntry], root: Path) -> dict[str, Any]:
    entries = raw.document.arms
    return _made(raw, root) | {
        "answer": answers.survival(survival.totals(entries), entries),
        "plan": entries[0].plan,
        "kinds": list(dict.fromkeys(fault(f.kind) for entry in entries for f in entry.faults)),
        "outcome_table": tables.outcome(entries),
        "ways_table": tables.ways(entries),
        "recovery_table": tables.recovery(entries),
        "wrong_table": tables.violations(entries),
    }


def _writes(raw: Alone[WritesEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    cases = writes.compare(raw.document.arms)
    return _made(raw, root) | {
        "answers": answers.writes(cases),
        "table": tables.commits(cases),
        "sync": answers.sync(raw.document.arms),
        "group": max((case.group for case in cases), default=0),
        "chart": _picture(drawings.commits(cases), drawn),
    }


def _images(raw: Alone[ImagesEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    entries = raw.document.arms
    growths = image_memory.growths(entries)
    return _made(raw, root) | {
        "answers": answers.images(growths),
        "entry": entries[0],
        "outbox": raw.document.settings.get("outbox", {}).get("size", 0) / image_memory.MIB,
        "table": tables.memory(growths),
        "chart": _picture(drawings.memory(growths), drawn),
    }


def _made(raw: Alone[Any], root: Path) -> dict[str, Any]:
    """The environment of an experiment, and the commands that repeat it."""
    words = shlex.split(raw.document.command)
    one_by_one = [_for_arm(words, entry.arm.id) for entry in raw.document.arms]
    return {
        "run": raw.document,
        "name": raw.name,
        "raw": Path(os.path.relpath(raw.path, (root / _DOCS).resolve())).as_posix() + "/",
        "again": commands([raw.document.command, "chatbench report"]),
        "again_each": commands(one_by_one),
    }


def _for_arm(words: list[str], arm: str) -> str:
    """The command for one arm only."""
    kept = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if "--arm" not in (before, word)
    ]
    return shlex.join([*kept, "--arm", arm])


def _picture(chart: Chart, drawn: list[Chart]) -> str:
    """The Markdown of a chart, which is added to `drawn`; empty if it has nothing to show."""
    if not chart.rows:
        return ""
    drawn.append(chart)
    return picture(chart.name, describe(chart), "charts")
