"""A short run of the experiment with real stacks, in which nothing is measured for long."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from bench.declared.arms import Arm, load_arms
from bench.envelope.generators import GeneratorCapacity, GeneratorLatency, GeneratorLoss
from bench.envelope.run import read_run
from bench.errors import BenchError
from bench.experiments import runner
from bench.experiments.generators import experiment, loss, plan
from bench.experiments.generators.plan import Crowd
from bench.experiments.runner import Asked
from bench.report.generators import render_generators
from bench.stack.observed_stack import ObservedStack
from tests.loss import small_layer

ARM, FLOOR = "fastapi-uvicorn-memory", "picows"
TUTORIAL = "channels-uvicorn-memory-tutorial"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rounds of a few members, without Tsung."""
    monkeypatch.setattr(plan, "ROUNDS", {"quick": 2})
    monkeypatch.setattr(plan, "WINDOW_S", 0.4)
    monkeypatch.setattr(plan, "WARM_UP_S", 0.1)
    monkeypatch.setattr(plan, "LOADS", {"rooms": Crowd(6, 3, 60.0), "alone": Crowd(4, 1, 60.0)})
    monkeypatch.setattr(plan, "CLIMB", Crowd(6, 3, 40.0))
    monkeypatch.setattr(plan, "SEARCH_STEPS", 2)
    monkeypatch.setattr(plan, "SEARCH_S", 0.2)
    monkeypatch.setattr(plan, "RUNGS", 2)
    monkeypatch.setattr(plan, "RUNG_S", 0.2)
    monkeypatch.setattr(plan, "RUNG_WARM_UP_S", 0.05)
    monkeypatch.setattr(experiment, "find_tsung", lambda: None)


def run(tmp_path: Path, *arms: str) -> tuple[Path, list[str]]:
    said: list[str] = []
    asked = Asked("quick", ("generators",), arms, None, 7, False)
    return runner.start(tmp_path, "generators", asked, said.append), said


@pytest.mark.usefixtures("short")
def test_every_tool_measures_the_same_stacks(tmp_path: Path) -> None:
    path, said = run(tmp_path, ARM, FLOOR)
    found = read_run(path).observations
    windows = [each for each in found if isinstance(each, GeneratorLatency)]
    assert {(each.arm, each.load, each.tool, each.round) for each in windows} == {
        (arm, load, tool, number)
        for arm, load, rounds in ((ARM, "rooms", 2), (ARM, "alone", 2), (FLOOR, "alone", 1))
        for tool in ("ours", "recipe", "independent")
        for number in range(1, rounds + 1)
    }
    assert all(each.deliveries > 0 and each.cpu_s > 0 for each in windows)
    assert all(each.lost == 0 for each in windows if each.tool != "recipe")
    rates = [each for each in found if isinstance(each, GeneratorCapacity)]
    assert {(each.tool, each.round) for each in rates} == {
        (tool, number) for tool in ("ours", "independent") for number in (1, 2)
    }
    assert all(math.isclose(each.steps[0].rate, rates[0].steps[0].rate) for each in rates)
    assert said[0] == (
        "Tsung is not installed, so it is left out: on Debian, `apt-get install tsung` adds it."
    )
    page = render_generators(tmp_path)[Path("docs") / "generators.md"]
    assert "**Latency: " in page
    assert "**Capacity of " in page
    assert "nan" not in page


class SmallLayerStack(ObservedStack):
    """A stack whose layer has room for 10 events."""

    def __init__(self, arm: Arm, receive_buffer: int | None = None) -> None:
        super().__init__(arm, receive_buffer)
        self.serve = (small_layer.__name__, *self.serve[1:])


@pytest.mark.usefixtures("short")
def test_a_certain_loss_is_counted_by_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "ROUNDS", {"quick": 1})
    monkeypatch.setattr(loss, "ObservedStack", SmallLayerStack)
    # Long enough to send everything on a slow machine.
    monkeypatch.setattr(plan, "LOSS_STOP_S", 12.0)
    monkeypatch.setattr(plan, "LOSS_CASE", replace(plan.LOSS_CASE, count=1500, stop_s=12.0))
    path, _ = run(tmp_path, TUTORIAL)
    found = [each for each in read_run(path).observations if isinstance(each, GeneratorLoss)]
    assert {each.by for each in found} == {"loss", "independent"}
    for each in found:
        assert each.sent == plan.LOSS_CASE.count
        assert sum(each.missing.values()) == each.dropped > 0, each


@pytest.mark.usefixtures("short")
def test_a_run_goes_on_with_the_rounds_that_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "ROUNDS", {"quick": 1})
    path, _ = run(tmp_path, FLOOR)
    monkeypatch.setattr(plan, "ROUNDS", {"quick": 3})
    again = runner.resume(read_run(path), print)
    found = [each for each in read_run(again).observations if isinstance(each, GeneratorLatency)]
    assert [each.round for each in found] == [1, 1, 1, 3, 3, 3], "the relay has no second round"


def test_its_default_arms_are_both_chats_the_relay_and_the_tutorial() -> None:
    default = {arm.id for arm in load_arms().values() if experiment.takes_part(arm, "quick")}
    assert default == {"channels-uvicorn-memory", ARM, FLOOR, TUTORIAL}


@pytest.mark.parametrize("arm", ["asgi-uvicorn", "fastapi-uvicorn-memory-sqlite"])
def test_other_arms_are_refused(arm: str, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=f"^--experiment generators cannot run with {arm}: "):
        run(tmp_path, arm)
