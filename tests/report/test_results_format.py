"""An unreadable file gives one sentence that names the place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.envelope.runs import ReportError, Run, newest_run, read_run
from tests.report import synthetic

Change = Callable[[dict[str, Any]], object]


def error(path: Path) -> str:
    """The error sentence from reading the run."""
    with pytest.raises(ReportError) as caught:
        read_run(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def run_with(directory: Path, change: Change) -> Path:
    info = synthetic.info()
    change(info)
    return synthetic.write(directory, info, synthetic.cells()[:2])


def cells_with(directory: Path, change: Change) -> Path:
    cells = synthetic.cells()[:3]
    change(cells[1])
    return synthetic.write(directory, None, cells)


def test_the_stored_run_is_read(stored: Run) -> None:
    assert stored.name == "synthetic-2-cores/2026-01-01T0000Z-quick"
    assert len(stored.cells) == len(synthetic.cells())


def test_no_results_yet(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        newest_run(tmp_path)
    expected = (
        f"There are no results under {tmp_path / 'bench' / 'results'}: run `chatbench run` first."
    )
    assert str(caught.value) == expected


def test_the_newest_run_is_the_latest_over_all_machines(tmp_path: Path) -> None:
    for machine, run in (("zeta", "2026-01-01T0000Z-quick"), ("alpha", "2026-02-01T0000Z-full")):
        synthetic.write(tmp_path / "bench" / "results" / machine / run)
    (tmp_path / "bench" / "results" / "alpha" / "2027-01-01T0000Z-quick").mkdir()
    synthetic.write(tmp_path / "bench" / "results" / "alpha" / "2028-01-01T0000Z-quick.unfinished")
    assert newest_run(tmp_path).name == "2026-02-01T0000Z-full"


@pytest.mark.parametrize("name", ["run.json", "cells.jsonl"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    run = synthetic.write(tmp_path / "run")
    (run / name).unlink()
    assert error(run) == f"{run / name} does not exist, so this is not a whole run."


def test_a_directory_in_the_place_of_a_file(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run")
    (run / "cells.jsonl").unlink()
    (run / "cells.jsonl").mkdir()
    assert error(run) == f"{run / 'cells.jsonl'} cannot be read: Is a directory."


def test_a_run_without_cells(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", None, [])
    assert error(run) == f"{run / 'cells.jsonl'} has no cells: the run measured nothing."


def test_another_format(tmp_path: Path) -> None:
    run = run_with(tmp_path / "run", lambda info: info.update(format=2, arms=None))
    assert error(run) == f"{run / 'run.json'} has format 2, and this version reads 1."


def test_a_run_json_that_is_no_json(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run")
    (run / "run.json").write_text('{"format": 1, ')
    assert error(run) == f"{run / 'run.json'} is unreadable: Input data was truncated."


def test_a_run_json_without_a_field(tmp_path: Path) -> None:
    run = run_with(tmp_path / "run", lambda info: info["machine"].pop("cores"))
    expected = "Object missing required field `cores` - at `$.machine`"
    assert error(run) == f"{run / 'run.json'} is unreadable: {expected}."


def test_a_line_that_was_cut_off(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", None, synthetic.cells()[:2])
    text = (run / "cells.jsonl").read_text()
    (run / "cells.jsonl").write_text(text[:-40])
    expected = f"{run / 'cells.jsonl'}, line 2, is unreadable: Input data was truncated."
    assert error(run) == expected


def test_a_line_that_is_not_utf_8(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", None, synthetic.cells()[:1])
    data = (run / "cells.jsonl").read_bytes().replace(b"Chatter", b"Chatt\xff\xfe")
    (run / "cells.jsonl").write_bytes(data)
    assert error(run).startswith(f"{run / 'cells.jsonl'}, line 1, is unreadable: ")


def test_an_unknown_field_is_ignored(tmp_path: Path) -> None:
    run = cells_with(tmp_path / "run", lambda cell: cell.update(more=1))
    assert len(read_run(run).cells) == 3


def _no_steps(cell: dict[str, Any]) -> None:
    cell["result"]["steps"] = []


def _no_time(cell: dict[str, Any]) -> None:
    cell["result"]["steps"][0]["seconds"] = 0.0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda cell: cell.update(repeat="0"),
            "is unreadable: Expected `int`, got `str` - at `$.repeat`",
        ),
        (
            lambda cell: cell.update(experiment="rooms"),
            "is unreadable: Invalid enum value 'rooms' - at `$.experiment`",
        ),
        (lambda cell: cell.update(arm="other"), "is wrong: the arm other is not in run.json"),
        (lambda cell: cell.update(cpu=[]), "is wrong: 1 steps and 0 CPU figures"),
        (lambda cell: cell.update(result=None), "is wrong: it is valid and has no result"),
        (_no_time, "is wrong: a step took no time"),
        (_no_steps, "is wrong: it is valid and has no result"),
        (lambda cell: cell.update(valid=False), "is wrong: it is refused without a reason"),
        (
            lambda cell: cell.update(experiment="room"),
            "is wrong: room of channels-daphne-memory, repeat 0, is there twice",
        ),
    ],
)
def test_a_line_that_contradicts_itself(tmp_path: Path, change: Change, why: str) -> None:
    run = cells_with(tmp_path / "run", change)
    assert error(run) == f"{run / 'cells.jsonl'}, line 2, {why}."


def test_a_cell_that_failed_is_read(tmp_path: Path) -> None:
    def fail(cell: dict[str, Any]) -> None:
        failed = {"event": "failed", "reason": "the server went away"}
        cell.update(result=failed, cpu=[], valid=False, refused="the server went away")

    run = cells_with(tmp_path / "run", fail)
    assert [cell.valid for cell in read_run(run).cells] == [True, False, True]


def test_the_stored_files_agree_with_their_generator() -> None:
    """Except the histograms: their compression may differ between machines."""

    def bare(cell: dict[str, Any]) -> dict[str, Any]:
        for step in cell["result"]["steps"]:
            for name in ("latency_us", "lateness_us"):
                del step[name]["hdr"]
        return cell

    assert json.loads((synthetic.STORED / "run.json").read_text()) == synthetic.info()
    lines = (synthetic.STORED / "cells.jsonl").read_text().splitlines()
    assert [bare(json.loads(line)) for line in lines] == [bare(c) for c in synthetic.cells()]
