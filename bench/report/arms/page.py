"""The pages of the arms and their index."""

from pathlib import Path
from typing import Any

from bench.analysis.profile import busy, parts
from bench.analysis.wording import number, percent
from bench.declared.arms import Arm, load_arms, missing_arms
from bench.declared.differences import load_differences
from bench.envelope.folded import unpack
from bench.envelope.profile import ProfileEntry
from bench.envelope.run import newest
from bench.report.arms import settings
from bench.report.arms.figures import ArmFigures, figures
from bench.report.arms.links import FOLDER, page_link
from bench.report.explorer.page import RunTables, tables_of_runs
from bench.report.explorer.speed import COST
from bench.report.markdown import code, commands, table, text_table
from bench.report.templating import fill

_COST_AT = "65-100"
_PARTS = 3


def render_arms(root: Path) -> dict[Path, str]:
    """The pages by path, relative to the project's root. Raises BenchError."""
    found = tables_of_runs(root)
    known, profiles = figures(found), _profiles(root)
    pages = {FOLDER / "README.md": _index(known, found)}
    for arm in load_arms().values():
        context = _context(arm, known.get(arm.id, ArmFigures()), profiles.get(arm.id, ""))
        pages[FOLDER / f"{arm.id}.md"] = fill("arm.md.j2", context)
    return pages


def _context(arm: Arm, found: ArmFigures, profile: str) -> dict[str, Any]:
    return {
        "arm": arm,
        "what": settings.what(arm),
        "settings": text_table(("setting", "value"), settings.settings(arm)),
        "start": commands(lines) if (lines := settings.start(arm)) else "",
        "measure": commands(
            [f"chatbench run --experiment speed --arm {arm.id}", "chatbench report"]
        ),
        "profile": profile,
        "found": found,
        "differences": [each for each in load_differences() if each.is_about(arm.id)],
    }


def _profiles(root: Path) -> dict[str, str]:
    """The largest parts of the profile of each arm that has one."""
    found = newest(root, ProfileEntry)
    return {
        each.arm: ", ".join(
            f"{part.name} {percent(part.share)}"
            for part in parts(busy(unpack(each.folded)))[:_PARTS]
        )
        for each in (found.entries if found else ())
    }


def _index(known: dict[str, ArmFigures], found: list[RunTables]) -> str:
    costs = _costs(found)
    rows = [
        (
            page_link(arm.id, FOLDER),
            costs.get(arm.id, "–"),
            str(len(known[arm.id].metrics)) if arm.id in known else "0",
        )
        for arm in load_arms().values()
    ]
    headers = ("arm", "CPU, µs", "figures")
    context = {
        "table": table(headers, rows),
        "missing": text_table(
            ("arms", "why not"), [(code(each.id), each.reason) for each in missing_arms()]
        ),
    }
    return fill("arms.md.j2", context)


def _costs(found: list[RunTables]) -> dict[str, str]:
    """The cost of a delivery in the newest run that has it."""
    for _, tables in found:
        for each in tables:
            if (each.metric, each.at) == (COST.id, _COST_AT):
                return {row.arm: number(row.value) for row in each.rows if row.value is not None}
    return {}
