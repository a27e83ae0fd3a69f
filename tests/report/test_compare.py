"""`chatbench report --compare` on made-up runs."""

import io
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from bench.envelope.kinds import AnyObservation
from bench.envelope.run import Run
from bench.envelope.speed import Slot
from bench.report import ReportError
from bench.report.speed.compare import print_comparison
from tests.report import synthetic_speed


def compared(root: Path, first: Run, second: Run) -> str:
    console = Console(record=True, width=160, file=io.StringIO())
    print_comparison(root, first.path, second.path, console)
    return console.export_text()


@pytest.fixture
def first(tmp_path: Path) -> Run:
    """A run."""
    return synthetic_speed.write(tmp_path)


def test_a_run_agrees_with_itself(tmp_path: Path, first: Run) -> None:
    said = compared(tmp_path, first, first)
    assert "Ratios: 36 of 36 agree (100%)." in said
    assert "At least 95 of 100 ratios agree within their intervals: yes." in said
    assert "do not agree" not in said


def test_an_arm_that_became_dearer_is_named(tmp_path: Path, first: Run) -> None:
    observed = [
        replace(each, cpu=replace(each.cpu, servers_s=1.5 * each.cpu.servers_s))
        if isinstance(each, Slot) and each.arm == "fastapi-uvicorn-redis"
        else each
        for each in synthetic_speed.observations()
    ]
    second = synthetic_speed.write(tmp_path, "2026-03-01T000000Z-quick", observed)
    said = compared(tmp_path, first, second)
    assert "fastapi-uvicorn-redis" in said.partition("Those that do not agree")[2]
    assert "At least 95 of 100 ratios agree within their intervals: no." in said


def test_runs_without_a_common_figure_are_refused(tmp_path: Path, first: Run) -> None:
    observed: list[AnyObservation] = [
        each
        for each in synthetic_speed.observations()
        if isinstance(each, Slot) and each.arm == "asgi-uvicorn"
    ]
    second = synthetic_speed.write(tmp_path, "2026-03-01T000000Z-quick", observed)
    with pytest.raises(ReportError, match="need two arms in common"):
        compared(tmp_path, first, second)
