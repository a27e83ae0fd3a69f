"""The page, from the newest run of the experiment."""

from pathlib import Path
from typing import Any, Final

from bench.analysis.generators import carried, missed, reported
from bench.envelope.generators import (
    GeneratorCapacity,
    GeneratorEntry,
    GeneratorLatency,
    GeneratorLoss,
)
from bench.envelope.run import Found, newest
from bench.experiments.generators import plan
from bench.report.generators import answers, tables
from bench.report.made import DOCS, made
from bench.report.templating import fill

_PAGE: Final = DOCS / "generators.md"
_KINDS: Final = (GeneratorLatency, GeneratorCapacity, GeneratorLoss)


def render_generators(root: Path) -> dict[Path, str]:
    """The page by path, relative to the project's root."""
    latest = newest(root, GeneratorLatency)
    context: dict[str, Any] = {"source": None, "found": None, "plan": plan}
    if latest is not None:
        context |= {"source": latest.run.name, "found": _section(root, latest)}
    return {_PAGE: fill("generators.md.j2", context)}


def _section(root: Path, latest: Found[GeneratorLatency]) -> dict[str, Any]:
    entries: list[GeneratorEntry] = [
        each for each in latest.run.observations if isinstance(each, _KINDS)
    ]
    reports, rates, lost = reported(entries), carried(entries), missed(entries)
    sentences = [
        answers.latency(reports),
        *answers.capacity(rates),
        *answers.loss(lost),
        answers.cost(reports),
    ]
    return made(root, latest) | {
        "answer": answers.overall(reports, rates, lost),
        "sentences": [each for each in sentences if each],
        "differences": answers.differences(reports),
        "reports_table": tables.reports(reports),
        "capacities_table": tables.capacities(rates),
        "refused": sum(each.refused for each in reports),
        "rounds": len({each.round for each in entries}),
        "with_tsung": any(each.tool == "tsung" for each in reports),
    }
