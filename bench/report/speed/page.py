"""The comparison with its charts, and the README's summary, from a run of `speed`."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.analysis.speed import SpeedFigures
from bench.declared.claims import load_claims
from bench.envelope.ceiling import CeilingFound
from bench.envelope.run import OBSERVATIONS, newest, read_run
from bench.envelope.speed import Slot
from bench.report.charts import THEMES, Chart, describe, draw
from bench.report.errors import ReportError
from bench.report.links import link
from bench.report.markdown import commands, picture, text_table
from bench.report.speed import (
    answers,
    capacity,
    drawings,
    generator,
    missed,
    parts,
    planted,
    tables,
    targets,
)
from bench.report.templating import fill

_DOCS = Path("docs")
_PAGE = _DOCS / "comparison.md"


def figures_of(root: Path, run: Path | None = None) -> SpeedFigures | None:
    """The figures of the run in directory `run`, or of the newest one; None without a run.

    Raises ReportError if `run` has no slots, and ResultsError if a run cannot be read.
    """
    if run is None:
        found = newest(root, Slot)
        if found is None:
            return None
        run = found.run.path
    return _figures(run, _written(run / OBSERVATIONS))


def _written(file: Path) -> int:
    """When the file was written, in ns; 0 if it does not exist."""
    return file.stat().st_mtime_ns if file.exists() else 0


@lru_cache(maxsize=1)
def _figures(path: Path, _: int) -> SpeedFigures:
    """The figures are used by several pages; the second argument is the time of the file."""
    run = read_run(path)
    if not any(isinstance(each, Slot) for each in run.observations):
        raise ReportError(f"{run.name} has no slots: give a run of the experiment speed.")
    return SpeedFigures(run, load_claims())


def render_speed(root: Path, run: Path | None = None) -> dict[Path, str]:
    """The page and its charts by path, relative to the project's root. Raises BenchError."""
    figures = figures_of(root, run)
    if figures is None:
        return {_PAGE: fill("comparison.md.j2", {"run": None})}
    drawn = drawings.charts(figures)
    context = _context(figures, root, _DOCS) | {
        "charts": _pictures(drawn, "charts"),
        "capacity": capacity.context(root, _DOCS),
        "planted": planted.context(root, _DOCS),
    }
    pages = {_PAGE: fill("comparison.md.j2", context)}
    for chart in drawn:
        for theme in THEMES:
            pages[_DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


def _context(figures: SpeedFigures, root: Path, folder: Path) -> dict[str, Any]:
    run, info = figures.run, figures.run.info
    ceiling = next((e for e in run.observations if isinstance(e, CeilingFound)), None)
    return {
        "run": run,
        "info": info,
        "raw": link(run.path, root / folder),
        "starts": figures.starts,
        "histories": any(arm.history != "off" for arm in info.arms),
        "figures": bool(figures.costs),
        "answers": answers.answers(figures, load_claims()),
        "precision": answers.precision(figures),
        "ruler": "" if figures.ruler is None else figures.ruler.reason,
        "turns": len(figures.slots) + len(figures.windows),
        "refused": figures.refused,
        "refused_table": tables.refused(figures),
        "failed_table": tables.failed(figures),
        "cost_table": tables.costs(figures),
        "latency_table": tables.latencies(figures),
        "message_table": tables.messages(figures),
        "effects_table": parts.main_effects(figures),
        "interactions_table": parts.interactions(figures),
        "effects_error": parts.error(figures),
        "split_table": tables.splits(figures),
        "ledger_table": tables.ledger(figures),
        "target_table": targets.table_of(figures),
        "missed": missed.context(figures, root, folder),
        "generator_table": generator.table_of(figures),
        "ceiling_table": "" if ceiling is None else generator.ceilings(ceiling),
        "ceiling": ceiling,
        "headroom": generator.headroom(figures, ceiling),
        "again": commands([info.command, "chatbench report"]),
        "again_arms": commands(
            ["chatbench run --experiment speed --arm ARM --arm ARM", "chatbench report"]
        ),
        "settings_table": text_table(("setting", "value"), _flat(info.settings)),
        "versions_table": text_table(("what", "version"), sorted(info.versions.items())),
        "kernel_table": text_table(("kernel setting", "value"), _flat(info.kernel)),
        "pinning": [f"{k} on CPU {_listed(v)}" for k, v in sorted(info.pinning.items())],
    }


def _pictures(drawn: list[Chart], folder: str) -> list[str]:
    return [picture(chart.name, describe(chart), folder) for chart in drawn]


def _flat(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, _words(value)) for name, value in sorted(found.items())]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_words(part)}" for name, part in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(_words(part) for part in value)
    return "—" if value is None else str(value)


def _listed(cpus: list[int]) -> str:
    return ", ".join(map(str, cpus)) or "any"
