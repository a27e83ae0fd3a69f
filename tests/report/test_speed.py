"""The comparison, from a run of `speed` with known costs, made up."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bench.analysis.speed import SpeedFigures
from bench.declared.claims import load_claims
from bench.envelope.observation import Cpu, Part
from bench.envelope.run import Run
from bench.envelope.speed import Slot, Window
from bench.report.speed import render_speed
from tests.report import synthetic_speed
from tests.report.synthetic_speed import COSTS

PAGE = Path("docs") / "comparison.md"
REFUSED = "the generator was the limit"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A finished run with these observations."""
    return synthetic_speed.write(tmp_path)


@pytest.fixture
def figures(run: Run) -> SpeedFigures:
    return SpeedFigures(run, load_claims())


@pytest.mark.parametrize("arm", [arm for arm in COSTS if not arm.endswith("#2")])
def test_costs_are_found(figures: SpeedFigures, arm: str) -> None:
    cost = figures.cost(("65", 100), arm)
    assert cost is not None
    assert cost.value == pytest.approx(COSTS[arm], rel=0.02)
    assert cost.half_width < 0.05


def test_ratios_are_found_with_their_precision(figures: SpeedFigures) -> None:
    ratio = figures.ratio(("65", 100), "channels-uvicorn-redis", "fastapi-uvicorn-redis")
    assert ratio is not None
    assert ratio.value == pytest.approx(6.0, rel=0.02)
    assert ratio.half_width < 0.05


def test_one_arm_measured_as_two_is_the_same(figures: SpeedFigures) -> None:
    check = figures.checks["65", 100]
    assert check.ratio.value == pytest.approx(1, abs=0.02)
    assert check.precision < 0.05


def test_a_message_is_told_from_a_delivery(figures: SpeedFigures) -> None:
    found = figures.message_cost("asgi-uvicorn")
    assert found is not None
    delivery = COSTS["asgi-uvicorn"] / 1.1
    assert found.delivery.value == pytest.approx(delivery, rel=0.03)
    assert found.message.value == pytest.approx(10 * delivery, rel=0.03)
    (check,) = found.checks
    assert check.ratio is not None
    assert check.ratio.contains(1)


def test_what_is_not_there_has_no_figure(figures: SpeedFigures) -> None:
    assert figures.cost(("equal", 100), "asgi-uvicorn") is None
    assert figures.cost(("65", 100), "channels-daphne-memory") is None
    assert figures.latency("asgi-uvicorn", "35", 0.5) is None
    assert figures.idle_us("asgi-uvicorn") is None


def test_the_claims_that_the_run_can_answer_are_answered(figures: SpeedFigures) -> None:
    words = {verdict.claim: verdict.word for verdict in figures.verdicts}
    assert words["framework-redis"] == "holds"
    assert words["framework-memory"] == "holds"
    assert words["core-layer"] == "holds"
    assert words["fastapi-floor"] == "holds"
    assert "tuned-redis" not in words
    assert "server" not in words


def test_the_page_says_it_in_words(run: Run, tmp_path: Path) -> None:
    page = render_speed(tmp_path)[PAGE]
    assert run.name in page
    assert "### Over Redis, does a delivery cost Channels more CPU than FastAPI?" in page
    assert "**Holds.**" in page
    assert "a delivery costs Channels " in page
    assert "| `asgi-uvicorn` |" in page
    assert "0 of " in page
    assert "{ratio}" not in page


def test_the_cost_comes_from_slots_alone(run: Run) -> None:
    """A part of a window has no partner in the same round, so a paired ratio cannot use it."""
    part = Part(cpu=Cpu(servers_s=1.0), delivered=100)
    parted = [
        replace(each, parts=(part,) * 10, late="the generator was late")
        if isinstance(each, Window) and each.arm == "asgi-uvicorn"
        else each
        for each in run.observations
    ]
    figures = SpeedFigures(Run(run.path, run.info, parted), load_claims())
    cost = figures.cost(("65", 100), "asgi-uvicorn")
    assert cost is not None
    assert cost.value == pytest.approx(COSTS["asgi-uvicorn"], rel=0.02)
    assert figures.latency("asgi-uvicorn", "65", 0.5) is None
    assert figures.refused == 2


def test_refused_slots_do_not_count_and_are_counted(run: Run) -> None:
    spoiled = [
        replace(each, refused=REFUSED, cpu=Cpu(servers_s=100.0))
        if isinstance(each, Slot) and each.arm == "asgi-uvicorn" and each.round == 3
        else each
        for each in run.observations
    ]
    figures = SpeedFigures(Run(run.path, run.info, spoiled), load_claims())
    cost = figures.cost(("65", 100), "asgi-uvicorn")
    assert cost is not None
    assert cost.value == pytest.approx(COSTS["asgi-uvicorn"], rel=0.02)
    assert figures.refused == 12


def test_without_a_run_the_page_names_the_command(tmp_path: Path) -> None:
    pages = render_speed(tmp_path)
    assert list(pages) == [PAGE]
    assert "Not measured yet: `make bench`." in pages[PAGE]
