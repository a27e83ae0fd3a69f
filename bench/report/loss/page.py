"""The page and its map, from the newest run of the experiment."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.analysis.loss import outcome, totals
from bench.declared.arms import load_arms
from bench.envelope.busy import BusyEntry
from bench.envelope.loss import LossEntry
from bench.envelope.run import Found, newest
from bench.experiments.loss.experiment import NAME, takes_part
from bench.report.charts import THEMES
from bench.report.loss import answers, loss_map, tables
from bench.report.made import failures, made
from bench.report.markdown import picture
from bench.report.templating import fill

_DOCS = Path("docs")
_MAP = "loss-map"


def render_loss(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises ReportError."""
    found = newest(root, LossEntry)
    busy = newest(root, BusyEntry)
    context: dict[str, Any] = {
        "sources": [raw.run.name for raw in (found, busy) if raw is not None],
        "loss": None,
        "busy": None if busy is None else _busy(root, busy),
    }
    if found is None:
        return {_DOCS / "loss.md": fill("loss.md.j2", context)}
    cases = [case.case for case in found.entries[0].cases]
    arms = {
        entry.arm: {case.case: outcome(case) for case in entry.cases} for entry in found.entries
    }
    drawn = {"map": picture(_MAP, loss_map.describe(cases, arms), "charts")}
    context |= {"loss": _section(root, found) | drawn}
    pages = {_DOCS / "loss.md": fill("loss.md.j2", context)}
    for theme in THEMES:
        pages[_DOCS / "charts" / f"{_MAP}-{theme}.svg"] = loss_map.draw(cases, arms, theme)
    return pages


def _busy(root: Path, found: Found[BusyEntry]) -> dict[str, Any]:
    entries: Sequence[BusyEntry] = found.entries
    return made(root, found) | {
        "answer": answers.busy(entries),
        "waits": answers.busy_waits(entries),
        "busy_s": entries[0].cases[0].busy_s,
        "table": tables.busy(entries),
    }


def _section(root: Path, found: Found[LossEntry]) -> dict[str, Any]:
    entries: Sequence[LossEntry] = found.entries
    stopping = [case.case for case in entries[0].cases if tables.paced(case)]
    return made(root, found) | {
        "receive_buffer": found.run.info.kernel.get("net.core.rmem_max"),
        "arms": len(entries),
        "unmeasured": _unmeasured(found),
        "buffer": answers.buffer(totals(entries)),
        "reasons": answers.reasons(entries),
        "buffers": answers.buffers(entries),
        "others": [answers.others(entries, case) for case in stopping],
        "cases_table": tables.cases(entries),
        "kernel_table": tables.kernel(entries),
        "losses_table": tables.losses(entries),
        "waits_table": tables.waits(entries),
    }


def _unmeasured(found: Found[LossEntry]) -> list[str]:
    """The arms of the experiment that this run does not have."""
    seen = {entry.arm for entry in found.entries} | {arm for arm, _ in failures(found.run, {NAME})}
    return [
        arm.id for arm in load_arms().values() if takes_part(arm, "full") and arm.id not in seen
    ]
