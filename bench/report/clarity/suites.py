"""The section on the small suites: their lines from the sources, their time from the newest run."""

import ast
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.analysis.clarity.metrics import logical_lines
from bench.analysis.clarity.names import LibraryNames
from bench.analysis.wording import count, number
from bench.declared.clarity import load_clarity
from bench.declared.features import CHATS, ROOT
from bench.envelope.clarity import ClarityEntry
from bench.envelope.run import newest
from bench.report.code import DOCS, beside, file_link
from bench.report.made import made
from bench.report.markdown import table

_CASES: Final = "test_chat.py"
_FIRST: Final = "test_a_message_reaches_every_member"


def suites(root: Path) -> dict[str, Any]:
    """What the template needs; `made` is None where no run has the times."""
    found = newest(root, ClarityEntry)
    entries = [] if found is None else found.entries
    by_chat = {chat: each for chat in CHATS for each in entries if _is_of(each, chat)}
    rows: list[Sequence[str]] = [
        ("Cases", *(count(len(_tests(chat))) for chat in CHATS)),
        ("Lines of the cases", *(count(_lines(chat, cases=True)) for chat in CHATS)),
        ("Lines around them", *(count(_lines(chat, cases=False)) for chat in CHATS)),
        ("Names", *(count(len(_names(chat))) for chat in CHATS)),
    ]
    if len(by_chat) == len(CHATS):
        rows.append(("CPU of a run, s", *(_cpu(by_chat[chat]) for chat in CHATS)))
    return {
        "table": table(("", *CHATS.values()), rows),
        "runs": len(entries[0].suite) if entries else 0,
        "made": None if found is None else made(root, found),
        "example": beside([(_example("django_chat"), _example("fastapi_chat"))]),
        "pitfalls": {
            title: [each.about for each in load_clarity().pitfalls if each.chat == chat]
            for chat, title in CHATS.items()
        },
        "folders": [file_link(Path(chat, "tests"), DOCS) + "/" for chat in CHATS],
    }


def _is_of(entry: ClarityEntry, chat: str) -> bool:
    return entry.arm.startswith("channels-") == (chat == "django_chat")


def _cpu(entry: ClarityEntry) -> str:
    """The median, with the least and the most of the runs."""
    found = sorted(each.cpu_s for each in entry.suite)
    return f"{number(median(found))} ({number(found[0])} to {number(found[-1])})"


def _files(chat: str) -> list[Path]:
    return sorted((ROOT / chat / "tests").glob("*.py"))


def _lines(chat: str, *, cases: bool) -> int:
    files = [path for path in _files(chat) if (path.name == _CASES) == cases]
    return sum(logical_lines(path.read_text("utf-8")) for path in files)


def _names(chat: str) -> set[str]:
    found: set[str] = set()
    for path in _files(chat):
        names = LibraryNames(path)
        names.visit(ast.parse(path.read_text("utf-8")))
        found |= names.found
    return found


def _tests(chat: str) -> list[str]:
    """The names of the cases, in their order."""
    body = ast.parse((ROOT / chat / "tests" / _CASES).read_text("utf-8")).body
    functions = (each for each in body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return [each.name for each in functions if each.name.startswith("test_")]


def _example(chat: str) -> str:
    text = (ROOT / chat / "tests" / _CASES).read_text("utf-8")
    node = next(each for each in ast.parse(text).body if getattr(each, "name", "") == _FIRST)
    return f"```python\n{ast.get_source_segment(text, node)}\n```"
