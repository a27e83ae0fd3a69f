"""What a change costs in each chat: a table of the commits that made it."""

from typing import Any, Final

from bench.analysis.clarity.changes import ChatChange, Sizes, load_changes
from bench.analysis.wording import count
from bench.declared.features import CHATS
from bench.report.clarity.tables import pair
from bench.report.markdown import commands, table

_ALSO: Final = {"shared": "what both share", "shared_client": "the browser client"}
_COLUMNS: Final = ("Files", "Lines written", "Lines removed", "Cyclomatic", "Cognitive")


def changes() -> dict[str, Any]:
    """The section's figures and tables."""
    found = {(each.change, each.chat): each for each in load_changes()}
    names = list(dict.fromkeys(each.change for each in load_changes()))
    pairs = {name: [found[name, chat] for chat in CHATS] for name in names}
    rows = [(name, *_cells(*chats)) for name, chats in pairs.items()]
    also = [_beside(name, found) for name in names]
    head = ("Channels / FastAPI", *_COLUMNS, "Migrations", "Lines of tests", "Commits")
    return {
        "number": len(names),
        "written": [sum(pairs[name][chat].added for name in names) for chat in (0, 1)],
        "table": table(head, rows),
        "beside": table(("Lines written beside them", *_ALSO.values(), "their tests"), also),
        "again": commands(["python -m bench.analysis.clarity.changes", "chatbench report"]),
    }


def _cells(channels: ChatChange, fastapi: ChatChange) -> tuple[str, ...]:
    both = (channels, fastapi)
    grown = [_grown(each.before, each.after) for each in both]
    return (
        pair(channels.files, fastapi.files),
        pair(channels.added, fastapi.added),
        pair(channels.removed, fastapi.removed),
        " / ".join(f"+{count(each.cyclomatic)}" for each in grown),
        " / ".join(f"+{count(each.cognitive)}" for each in grown),
        pair(channels.migrations, fastapi.migrations),
        pair(channels.tests_added, fastapi.tests_added),
        " / ".join(f"`{each.commits[-1]}`" for each in both),
    )


def _grown(before: Sizes, after: Sizes) -> Sizes:
    return Sizes(
        after.lines - before.lines,
        after.cyclomatic - before.cyclomatic,
        after.cognitive - before.cognitive,
    )


def _beside(name: str, found: dict[tuple[str, str], ChatChange]) -> tuple[str, ...]:
    parts = [found[name, chat] for chat in _ALSO]
    tests = sum(each.tests_added for each in parts)
    return (name, *(count(each.added) for each in parts), count(tests))
