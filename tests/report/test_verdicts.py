"""Verdicts: every branch of the phrase, on findings and on whole runs with arms missing."""

from pathlib import Path
from typing import Any

import pytest

from bench.analysis.arms import Pair
from bench.analysis.comparisons import Finding, analyse
from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import Verdict, decide, decide_layer, verdicts, worth
from bench.envelope.run import ArmInfo
from bench.envelope.runs import Run, read_run
from tests.report import synthetic


def arm(name: str) -> ArmInfo:
    return ArmInfo(**synthetic.arm(name))


PAIR = Pair(
    "framework", arm("channels-uvicorn-memory"), arm("fastapi-uvicorn-memory"), "there", "tag"
)


def finding(value: float, *, shown: bool, wide: float = 1.1) -> Finding:
    estimate = Estimate(value, value / wide, value * wide, 3)
    return Finding(PAIR, "cpu", estimate, shown)


MORE, LESS = finding(2, shown=True), finding(0.5, shown=True)
SAME = finding(1.01, shown=False)
NONE = Finding(PAIR, "cpu", None, False, "no valid cell of x")
ONCE = Finding(PAIR, "cpu", Estimate(2, None, None, 1), False, "one repeat has no interval")


@pytest.mark.parametrize(
    ("findings", "answer"),
    [
        ([MORE, MORE], "holds"),
        ([MORE, NONE], "holds"),
        ([MORE, SAME], "depends"),
        ([MORE, LESS], "depends"),
        ([LESS, SAME], "does not hold"),
        ([LESS], "does not hold"),
        ([SAME, SAME], "no difference shown"),
        ([NONE], "not measured"),
        ([ONCE], "not measured"),
        ([], "not measured"),
    ],
)
def test_a_claim_is_decided_by_its_findings(findings: list[Finding], answer: str) -> None:
    assert decide(findings) == answer


@pytest.mark.parametrize(
    ("pairs", "answer"),
    [
        ([(finding(8, shown=True), finding(1.3, shown=True))], "holds"),
        ([(finding(8, shown=True), SAME)], "holds"),
        ([(finding(1.3, shown=True), finding(8, shown=True))], "does not hold"),
        ([(SAME, finding(8, shown=True))], "does not hold"),
        ([(finding(2, shown=True), finding(2.1, shown=True))], "depends"),
        ([(finding(8, shown=True), SAME), (SAME, MORE)], "depends"),
        ([(finding(8, shown=True), SAME), (ONCE, MORE)], "holds"),
        ([(NONE, MORE)], "not measured"),
        ([], "not measured"),
    ],
)
def test_the_layers_verdict_compares_it_with_the_rest(
    pairs: list[tuple[Finding, Finding]], answer: str
) -> None:
    assert decide_layer(pairs) == answer


def by_key(run: Run) -> dict[str, Verdict]:
    return {verdict.key: verdict for verdict in verdicts(analyse(run), run.info.arms)}


def without(directory: Path, *parts: str) -> Run:
    """The stored run without the arms whose id has one of these parts."""

    def kept(name: str) -> bool:
        return not any(part in name for part in parts)

    info = synthetic.info()
    info["arms"] = [found for found in info["arms"] if kept(found["id"])]
    cells = [cell for cell in synthetic.cells() if kept(cell["arm"])]
    return read_run(synthetic.write(directory / "run", info, cells))


def test_the_verdicts_of_the_stored_run(stored: Run) -> None:
    answers = {key: verdict.answer for key, verdict in by_key(stored).items()}
    assert answers == {
        "framework": "holds",
        "layer": "holds",
        "alone": "holds",
        "server": "holds",
        "fan-out": "depends",
        "core-layer": "holds",
        "tutorial": "holds",
        "latency": "holds",
        "capacity": "depends",
        "loss": "holds",
    }


def test_a_verdict_has_its_figures_with_intervals(stored: Run) -> None:
    assert by_key(stored)["framework"].line == (
        "**In a room of 100, a delivery costs Channels more CPU than FastAPI** — holds: "
        "Channels takes from 5.00 times [5.00, 5.00] (Daphne, Redis pub/sub in both) "
        "to 10.0 times [10.0, 10.0] (uvicorn, in memory)."
    )


def test_the_capacity_verdict_is_about_the_larger_capacity(stored: Run) -> None:
    figures = by_key(stored)["capacity"].figures
    assert figures.startswith("FastAPI carries from at least 1.00 times (")
    assert figures.endswith("to at least 4.00 times (uvicorn, in memory)")


def test_a_run_without_redis_says_what_was_not_measured(tmp_path: Path) -> None:
    found = by_key(without(tmp_path, "redis", "pubsub"))
    assert found["framework"].answer == "holds"
    assert found["fan-out"].answer == "not measured"
    assert found["fan-out"].figures == "the run does not have the arms"
    assert found["core-layer"].answer == "not measured"


def test_a_run_of_one_arm_has_no_verdict_but_that_on_loss(tmp_path: Path) -> None:
    run = without(tmp_path, "channels", "daphne", "redis", "tutorial")
    answers = {key: verdict.answer for key, verdict in by_key(run).items()}
    assert answers.pop("loss") == "holds"
    assert set(answers.values()) == {"not measured"}
    assert worth(analyse(run)) == []


def test_a_run_of_only_baselines_decides_no_claim(tmp_path: Path) -> None:
    run = without(tmp_path, "channels", "fastapi")
    assert {verdict.answer for verdict in by_key(run).values()} == {"not measured"}


def test_refused_cells_are_named_as_the_reason(tmp_path: Path) -> None:
    cells = synthetic.cells()
    for cell in cells:
        if "tuned" in cell["arm"]:
            cell.update(valid=False, refused="it did not start")
    run = read_run(synthetic.write(tmp_path / "run", None, cells))
    layer = by_key(run)["layer"]
    assert layer.answer == "not measured"
    assert "no valid cell of channels-uvicorn-memory-tuned" in layer.figures


def _with_losses(directory: Path, arms: set[str]) -> Verdict:
    def lossy(cell: dict[str, Any]) -> dict[str, Any]:
        name = cell["arm"].removesuffix("#2")
        if cell["experiment"] == "room" and name in arms:
            cell["result"]["steps"] = [synthetic.step(0.4, 4000, 1, 100, lost=7)]
        return cell

    cells = [lossy(cell) for cell in synthetic.cells()]
    return by_key(read_run(synthetic.write(directory / "run", None, cells)))["loss"]


def test_a_loss_names_its_arm(tmp_path: Path) -> None:
    found = _with_losses(tmp_path, {"channels-daphne-redis"})
    assert found.answer == "depends"
    assert found.figures.endswith("deliveries, 21 by `channels-daphne-redis`")


def test_a_loss_everywhere_does_not_hold(tmp_path: Path) -> None:
    assert _with_losses(tmp_path, set(synthetic.COSTS)).answer == "does not hold"


def test_a_loss_of_a_baseline_does_not_count_for_a_chat(tmp_path: Path) -> None:
    assert _with_losses(tmp_path, {"picows"}).answer == "holds"


def test_the_largest_factor_comes_first(stored: Run) -> None:
    parts = [line.split(":")[0] for line in worth(analyse(stored))]
    assert parts[0] == "a hop through layer and thread for each delivery"
    assert parts[-1] == "the standard chat instead of the tutorials'"
