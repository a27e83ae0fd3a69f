"""The pages as text."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bench.report.arms import render_arms
from bench.report.claims import render_claims
from bench.report.clarity import render_clarity
from bench.report.client import render_client
from bench.report.contract import documents
from bench.report.coverage import render_coverage
from bench.report.decision import render_decision
from bench.report.differences import render_differences
from bench.report.explorer import render_explorer
from bench.report.generators import render_generators
from bench.report.loss import render_loss
from bench.report.network import render_network
from bench.report.profiles import render_profiles
from bench.report.reliability import render_reliability
from bench.report.scaling import render_scaling
from bench.report.side_by_side import render_side_by_side
from bench.report.speed import render_speed

_DOCS = Path("docs")


def render(root: Path, run: Path | None = None) -> dict[Path, str]:
    """The text of every page and chart by its path, relative to the project's root.

    The comparison is from the run in directory `run`, or from the newest. Raises BenchError.
    """
    measured = dict(render_speed(root, run))  # first: it refuses a run that cannot be read
    measured |= render_reliability(root) | render_loss(root) | render_scaling(root)
    measured |= render_network(root) | render_explorer(root) | render_generators(root)
    measured |= render_clarity(root) | render_arms(root)
    measured |= render_client(root) | render_claims(root, run) | render_decision(root, run)
    return {**_of_the_sources()} | measured | render_profiles(root)


@cache
def _of_the_sources() -> Mapping[Path, str]:
    """The pages that no measurement changes."""
    pages = {
        _DOCS / "coverage.md": render_coverage(),
        _DOCS / "differences.md": render_differences(),
    }
    return (
        pages | render_side_by_side() | {_DOCS / name: text for name, text in documents().items()}
    )
