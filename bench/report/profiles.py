"""The page about profiles: where each server spends its time, with a flame graph for each arm."""

from pathlib import Path
from typing import Any, Final

from bench.analysis.profile import Part, busy, parts, share_below
from bench.analysis.wording import percent
from bench.envelope.folded import Folded, unpack
from bench.envelope.profile import ProfileEntry
from bench.envelope.run import newest
from bench.report.flame import draw
from bench.report.groups import arranged
from bench.report.links import link
from bench.report.markdown import code, commands, table, text_table
from bench.report.speed.words import NONE
from bench.report.templating import fill

_DOCS = Path("docs")
_SHOWN: Final = 3
_HOP: Final = "aclose_old_connections"
"""What Channels' `AsyncConsumer.dispatch` awaits before it calls a handler."""
_SEND: Final = "WebSocketsSansIOProtocol.send"


def render_profiles(root: Path) -> dict[Path, str]:
    """The page and its pictures by path, relative to the project's root. Raises ResultsError."""
    found = newest(root, ProfileEntry)
    page = _DOCS / "profiles.md"
    if found is None:
        return {page: fill("profiles.md.j2", {"run": None})}
    by_arm = {each.arm: each for each in found.entries}
    entries = [by_arm[arm.id] for arm in arranged(found.run.info.arms) if arm.id in by_arm]
    profiles = {each.arm: busy(unpack(each.folded)) for each in entries}
    context = {
        "run": found.run,
        "info": found.run.info,
        "raw": link(found.run.path, root / _DOCS),
        "entry": entries[0],
        "table": _table(profiles),
        "calls_table": _calls(profiles),
        "profiles": [_profile(each, profiles[each.arm]) for each in entries],
        "again": commands([found.run.info.command, "chatbench report"]),
    }
    pictures = {
        _DOCS / "charts" / f"profile-{arm}.svg": draw(folded, f"Flame graph of {arm}")
        for arm, folded in profiles.items()
    }
    return {page: fill("profiles.md.j2", context), **pictures}


def _table(profiles: dict[str, Folded]) -> str:
    headers = ("arm", "the largest part", "the second", "the third")
    rows = [
        (code(arm), *(_words(part) for part in parts(folded)[:_SHOWN]))
        for arm, folded in profiles.items()
    ]
    return text_table(headers, [(*row, *[""] * (len(headers) - len(row))) for row in rows])


def _calls(profiles: dict[str, Folded]) -> str:
    """The share of two calls with all below them; a dash for a call that an arm does not make."""
    headers = ("arm", "hop to a thread before each event", "sending frames, by uvicorn")
    rows = []
    for arm, folded in profiles.items():
        shares = (share_below(folded, function) for function in (_HOP, _SEND))
        rows.append((code(arm), *(percent(share) if share else NONE for share in shares)))
    return table(headers, rows)


def _words(part: Part) -> str:
    return (
        f"{part.name} {percent(part.share)}: {code(part.function)} {percent(part.function_share)}"
    )


def _profile(entry: ProfileEntry, folded: Folded) -> dict[str, Any]:
    largest = ", ".join(f"{part.name} {percent(part.share)}" for part in parts(folded)[:_SHOWN])
    return {
        "arm": entry.arm,
        "samples": folded.total(),
        "rate": entry.rate,
        "largest": largest,
    }
