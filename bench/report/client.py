"""The page about the browser client: hand-written words, pictures, and measured figures."""

from pathlib import Path
from typing import Any

from bench.analysis.arms import framework
from bench.envelope.client import ClientEntry
from bench.envelope.run import Found, newest
from bench.report.links import link
from bench.report.markdown import commands, table
from bench.report.templating import fill

_DOCS = Path("docs")
_LANGUAGES = {"en": "English", "ja": "Japanese"}
_LONGEST_TASK_MS = 100
"""The longest time that a task may take: the page does not react during a task."""
_FIRST_LOAD_BYTES = 80_000
_PLACES = {"above": "above", "end": "at the end"}


def render_client(root: Path) -> dict[Path, str]:
    """The page by its path, relative to the project's root. Raises ReportError."""
    raw = newest(root, ClientEntry)
    context = {"measured": _measured(raw, root) if raw else None}
    return {_DOCS / "client.md": fill("client.md.j2", context)}


def _measured(raw: Found[ClientEntry], root: Path) -> dict[str, Any]:
    entries = raw.entries
    return {
        "name": raw.run.name,
        "raw": link(raw.run.path, root / _DOCS),
        "run": raw.run.info,
        "entry": entries[0],
        "answers": _answers(entries),
        "table": _table(raw),
        "again": commands([raw.run.info.command, "chatbench report"]),
    }


def _answers(entries: list[ClientEntry]) -> list[str]:
    largest = max(load.bytes for entry in entries for load in entry.loads.values())
    longest = max(tasks.longest_cpu_ms for entry in entries for tasks in entry.tasks)
    heap = max(entry.full.heap_bytes for entry in entries)
    nodes = max(entry.full.nodes for entry in entries)
    within = "within" if largest <= _FIRST_LOAD_BYTES else "over"
    freezes = "does not freeze" if longest <= _LONGEST_TASK_MS else "freezes for a moment"
    return [
        f"**The first load** is {_kb(largest)} at most, {within} the limit of "
        f"{_kb(_FIRST_LOAD_BYTES)}.",
        f"**At {entries[0].rate} messages a second** the page {freezes}: its longest task took "
        f"{longest:.0f} ms, and the limit is {_LONGEST_TASK_MS} ms.",
        f"**With {entries[0].messages} messages** it holds {_mb(heap)} of objects and {nodes} "
        "nodes: only the messages near the view are in the document.",
    ]


def _table(found: Found[ClientEntry]) -> str:
    """A table with a column for each backend."""
    entries = found.entries
    first = entries[0]
    rows = [
        [f"first load, {_LANGUAGES.get(language, language)}"]
        + [
            f"{_kb(e.loads[language].bytes)} in {e.loads[language].requests} requests"
            for e in entries
        ]
        for language in first.loads
    ]
    for number, tasks in enumerate(first.tasks):
        place = _PLACES.get(tasks.where, tasks.where)
        rows += [
            [f"longest task, {place}"]
            + [f"{entry.tasks[number].longest_cpu_ms:.1f} ms" for entry in entries],
            [f"main thread, {place}"]
            + [f"{entry.tasks[number].busy:.0%} of a core" for entry in entries],
        ]
    for name, kind in (("few messages", "few"), (f"{first.messages} messages", "full")):
        held = [getattr(entry, kind) for entry in entries]
        rows.append([f"memory, {name}", *(f"{_mb(m.heap_bytes)}, {m.nodes} nodes" for m in held)])
    return table(["", *(framework(found.arms[entry.arm]) for entry in entries)], rows)


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} KB"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
