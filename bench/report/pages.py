"""The pages of a run as text."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.analysis.comparisons import Analysis
from bench.analysis.verdicts import verdicts, worth
from bench.envelope.runs import Run
from bench.report import tables
from bench.report.charts import THEMES, Chart, describe, draw
from bench.report.client import render_client
from bench.report.commands import again, again_pair
from bench.report.contract import documents
from bench.report.coverage import render_coverage
from bench.report.differences import render_differences
from bench.report.drawings import charts
from bench.report.markdown import commands, picture, text_table
from bench.report.reliability import render_reliability
from bench.report.side_by_side import render_side_by_side
from bench.report.speed import render_speed
from bench.report.templating import fill

DOCS = Path("docs")
_NOT_IN_SUMMARY = {"core-layer"}  # the README has ten lines
_GROUPS = {
    "framework": "Framework: Channels ÷ FastAPI",
    "server": "Server: Daphne ÷ uvicorn",
    "fan-out": "Fan-out: Redis ÷ memory, core layer ÷ pub/sub layer",
    "variant": "Variant: the standard chat ÷ its variant",
}


def render(run: Run, analysis: Analysis, root: Path) -> dict[Path, str]:
    """The text of every page and chart by its path, relative to the project's root."""
    drawn = charts(run.info.arms, analysis)
    pages = {DOCS / "comparison.md": fill("comparison.md.j2", _context(run, analysis, root))}
    pages |= (
        {**_of_the_sources()} | render_reliability(root) | render_client(root) | render_speed(root)
    )
    for chart in drawn.values():
        for theme in THEMES:
            pages[DOCS / "charts" / f"{chart.name}-{theme}.svg"] = draw(chart, theme)
    return pages


@cache
def _of_the_sources() -> Mapping[Path, str]:
    """The pages that no measurement changes."""
    pages = {
        DOCS / "coverage.md": render_coverage(),
        DOCS / "differences.md": render_differences(),
        DOCS / "side-by-side.md": render_side_by_side(),
    }
    return pages | {DOCS / name: text for name, text in documents().items()}


def summary(run: Run, analysis: Analysis, root: Path) -> str:
    """The summary for the README: ten lines and a chart."""
    context = _context(run, analysis, root)
    context["verdicts"] = [v for v in context["verdicts"] if v.key not in _NOT_IN_SUMMARY]
    context["raw"] = _link(run.path, root)
    context["charts"] = _pictures(context["drawn"], "docs/charts")
    return fill("summary.md.j2", context)


def _context(run: Run, analysis: Analysis, root: Path) -> dict[str, Any]:
    info = run.info
    drawn = charts(info.arms, analysis)
    return {
        "run": run,
        "info": info,
        "raw": _link(run.path, root / DOCS),
        "verdicts": verdicts(analysis, info.arms),
        "worth": worth(analysis),
        "drawn": drawn,
        "charts": _pictures(drawn, "charts"),
        "repeats": _repeats(run),
        "cpu_table": tables.cpu_table(run, analysis),
        "latency_table": tables.latency_table(run, analysis),
        "capacity_table": tables.capacity_table(run, analysis),
        "ledger_table": tables.ledger_table(run),
        "noise_table": tables.noise_table(analysis),
        "generator_table": tables.generator_table(run),
        "ceiling_table": tables.ceiling_table(info.ceiling) if info.ceiling else "",
        "headroom": tables.headroom(run, analysis),
        "refused_table": tables.refused_table(run.cells),
        "loads": tables.load_lines(run),
        "groups": _groups(run, analysis),
        "again": lambda *names: commands([again(info, names)]),
        "again_all": commands([again(info, []), "chatbench report"]),
        "again_noise": commands([again(info, ["room", "echo"], _first_of(info.aa))]),
        "settings_table": text_table(("setting", "value"), _flat(info.settings)),
        "versions_table": text_table(("what", "version"), sorted(info.versions.items())),
        "kernel_table": text_table(("kernel setting", "value"), _flat(info.kernel)),
        "pinning": [f"{k} on CPU {_listed(v)}" for k, v in sorted(info.pinning.items())],
        "counters": _counters(run),
        "has_channels_memory": any(
            a.fanout == "memory" and "channels" in a.framework for a in info.arms
        ),
    }


def _groups(run: Run, analysis: Analysis) -> list[tuple[str, str, str]]:
    """Title, table and commands of every group of pairs."""
    found = []
    ran = {cell.experiment for cell in run.cells}
    experiments = [name for name in tables.EXPERIMENT_NAMES if name in ran]
    for group, title in _GROUPS.items():
        findings = [f for f in analysis.findings if f.pair.group == group]
        if findings:
            pairs = dict.fromkeys(f.pair for f in findings)
            lines = [again_pair(run.info, pair, experiments) for pair in pairs]
            found.append((title, tables.pair_table(findings), commands(lines)))
    return found


def _pictures(drawn: Mapping[str, Chart], folder: str) -> dict[str, str]:
    return {name: picture(name, describe(chart), folder) for name, chart in drawn.items()}


def _repeats(run: Run) -> str:
    """The number of valid repeats of an arm: '3' or '3 to 5'."""
    counts: dict[tuple[str, str], int] = {}
    for cell in run.cells:
        if cell.valid and cell.experiment != "capacity":
            key = (cell.experiment, cell.arm)
            counts[key] = counts.get(key, 0) + 1
    ends = sorted({min(counts.values(), default=0), max(counts.values(), default=0)})
    return " to ".join(map(str, ends))


def _counters(run: Run) -> list[tuple[str, str]]:
    """Sums of the kernel counters that increased in any valid cell."""
    totals: dict[str, float] = {}
    for cell in run.cells:
        for name, value in cell.kernel.items():
            if cell.valid and isinstance(value, int | float):
                totals[name] = totals.get(name, 0) + value
    return [(name, f"{value:g}") for name, value in sorted(totals.items()) if value]


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


def _first_of(aa: list[str] | None) -> list[str]:
    return aa[:1] if aa else []


def _link(target: Path, start: Path) -> str:
    """A link that works in the repository and on GitHub."""
    return Path(os.path.relpath(target.resolve(), start.resolve())).as_posix() + "/"
