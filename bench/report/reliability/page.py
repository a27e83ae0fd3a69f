"""The page and its charts, from the newest raw file of each experiment."""

import shlex
from pathlib import Path
from typing import Any

from bench.analysis import image_memory, soak, survival, writes
from bench.envelope.history import HistoryAcks, HistoryEntry, HistorySlot, HistoryWindow
from bench.envelope.images import ImagesEntry
from bench.envelope.pools import PoolsEntry
from bench.envelope.rolling import RollingEntry
from bench.envelope.run import Found, newest
from bench.envelope.soak import SoakEntry
from bench.envelope.survival import SurvivalEntry
from bench.envelope.writes import WritesEntry
from bench.experiments.history import experiment as measured
from bench.report.arms.links import page_link
from bench.report.charts import THEMES, Chart, describe, draw
from bench.report.made import made
from bench.report.markdown import commands, picture
from bench.report.reliability import answers, drawings, history, pools, rolling, tables, trends
from bench.report.reliability.names import fault
from bench.report.templating import fill

_DOCS = Path("docs")
_MOST_COMMANDS = 8
"""With more arms, one command stands for all."""


def render_reliability(root: Path) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises ReportError."""
    lasting = newest(root, SurvivalEntry)
    written = newest(root, WritesEntry)
    sent = newest(root, ImagesEntry)
    soaked = newest(root, SoakEntry)
    kept = newest(root, HistorySlot)
    rolled = newest(root, RollingEntry)
    pooled = newest(root, PoolsEntry)
    drawn: list[Chart] = []
    context = {
        "sources": [
            raw.run.name
            for raw in (lasting, rolled, soaked, kept, pooled, written, sent)
            if raw is not None
        ],
        "survival": _survival(lasting, root) if lasting else None,
        "rolling": _rolling(rolled, root, drawn) if rolled else None,
        "soak": _soak(soaked, root, drawn) if soaked else None,
        "history": _history(kept, root, drawn) if kept else None,
        "pools": _pools(pooled, root, drawn) if pooled else None,
        "writes": _writes(written, root, drawn) if written else None,
        "images": _images(sent, root, drawn) if sent else None,
    }
    pages = {_DOCS / "reliability.md": fill("reliability.md.j2", context)}
    for chart in drawn:
        for theme in THEMES:
            pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _survival(raw: Found[SurvivalEntry], root: Path) -> dict[str, Any]:
    entries = raw.entries
    return _made(raw, root) | {
        "answer": answers.survival(survival.totals(entries), entries),
        "plan": entries[0].plan,
        "kinds": list(dict.fromkeys(fault(f.kind) for entry in entries for f in entry.faults)),
        "outcome_table": tables.outcome(raw),
        "ways_table": tables.ways(raw),
        "recovery_table": tables.recovery(raw),
        "wrong_table": tables.violations(raw),
    }


def _rolling(raw: Found[RollingEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    found = rolling.context(raw.entries, raw.arms)
    return _made(raw, root) | found | {"chart": _picture(found["chart"], drawn)}


def _soak(raw: Found[SoakEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    entries = raw.entries
    grown = trends.context(entries, raw.arms)
    return (
        _made(raw, root)
        | grown
        | {
            "chart": _picture(grown["chart"], drawn),
            "answer": answers.soak(soak.totals(entries), entries),
            "minutes": entries[0].seconds / 60,
            "numbers": entries[0].numbers,
            "table": tables.soak(raw),
        }
    )


def _history(raw: Found[HistorySlot], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    entries: list[HistoryEntry] = [
        each
        for each in raw.run.observations
        if isinstance(each, HistorySlot | HistoryWindow | HistoryAcks)
    ]
    found = history.context(entries, raw.arms)
    return _made(raw, root) | found | {"chart": _picture(found["chart"], drawn), "plan": measured}


def _pools(raw: Found[PoolsEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    found = pools.context(raw.entries, raw.arms)
    return _made(raw, root) | found | {"chart": _picture(found["chart"], drawn)}


def _writes(raw: Found[WritesEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    cases = writes.compare(raw.entries, raw.arms)
    return _made(raw, root) | {
        "answers": answers.writes(cases),
        "table": tables.commits(cases),
        "sync": answers.sync(raw.entries),
        "group": max((case.group for case in cases), default=0),
        "chart": _picture(drawings.commits(cases), drawn),
    }


def _images(raw: Found[ImagesEntry], root: Path, drawn: list[Chart]) -> dict[str, Any]:
    entries = raw.entries
    growths = image_memory.growths(entries, raw.arms)
    return _made(raw, root) | {
        "answers": answers.images(growths),
        "entry": entries[0],
        "outbox": raw.run.info.settings.get("outbox", {}).get("size", 0) / image_memory.MIB,
        "table": tables.memory(growths),
        "chart": _picture(drawings.memory(growths), drawn),
    }


def _made(raw: Found[Any], root: Path) -> dict[str, Any]:
    """The environment of an experiment, and the commands that repeat it."""
    words = shlex.split(raw.run.info.command)
    arms = dict.fromkeys(entry.arm for entry in raw.entries)
    if len(arms) <= _MOST_COMMANDS:
        each = commands([_for_arm(words, arm) for arm in arms])
    else:
        every = ", ".join(page_link(arm) for arm in arms)
        each = f"{commands([_for_arm(words, 'ARM')])}\n\n`ARM` is one of {every}."
    return made(root, raw) | {"again_each": each}


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
