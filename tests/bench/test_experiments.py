"""The experiments beside the comparison: the arms that take part, and the raw files."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.declared.arms import Arm, find_arm, load_arms
from bench.envelope.observation import Observation
from bench.envelope.run import read_info
from bench.errors import BenchError
from bench.experiments import images as image_memory
from bench.experiments import runner, vanished
from bench.experiments.arm_by_arm import arm_by_arm
from bench.experiments.experiment import Experiment, Say
from bench.experiments.network import experiment as network
from bench.experiments.registry import EXPERIMENTS
from bench.experiments.runner import Asked
from bench.stack.namespaces import unusable
from tests.stack.test_stack import ON_EACH_SERVER

_ARM = "fastapi-uvicorn-memory"
ABOUT_THE_METHOD = ("ceiling", "planted")
"""Experiments that compare no frameworks."""


class Counted(Observation, frozen=True, kw_only=True, tag="counted"):
    """The arguments of the experiment below."""

    asked: list[object]


def _recorded(arm: Arm, seconds: float | None, seed: int, _: Say) -> dict[str, Any]:
    return {"asked": [arm.id, seconds, seed]}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An experiment that only records its arguments."""
    measure: Any = arm_by_arm("counted", Counted, _recorded)
    experiment = Experiment("counted", "", lambda _: None, lambda arm, _: arm.id == _ARM, measure)
    monkeypatch.setitem(EXPERIMENTS, "counted", experiment)


def _observed(path: Path) -> list[dict[str, Any]]:
    lines = (path / "observations.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.usefixtures("counted")
def test_a_run_has_the_command_that_repeats_it(tmp_path: Path) -> None:
    asked = Asked("quick", ("counted",), ("picows",), 12.5, 4)
    path = runner.start(tmp_path, "counted", asked, print)
    info = read_info(path)

    assert path.name.endswith("-counted")
    assert sorted(file.name for file in path.iterdir()) == ["observations.jsonl", "run.json"]
    assert [(each["arm"], each["asked"]) for each in _observed(path)] == [
        ("picows", ["picows", 12.5, 4])
    ]
    assert info.command == (
        "chatbench run --profile quick --experiment counted --arm picows --seconds 12.5 --seed 4"
    )
    assert info.versions.keys() >= {"python", "django", "sqlite"}
    assert info.finished_at


@pytest.mark.usefixtures("counted")
def test_without_a_seed_each_run_draws_one_and_records_it(tmp_path: Path) -> None:
    seeds = set()
    for folder in ("a", "b"):
        path = runner.start(tmp_path / folder, "counted", Asked("quick", ("counted",)), print)
        seeds.add(read_info(path).seed)
        assert [each["asked"] for each in _observed(path)] == [[_ARM, None, read_info(path).seed]]
    assert len(seeds) == 2


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name not in ABOUT_THE_METHOD])
def test_every_default_arm_can_take_part(name: str) -> None:
    experiment = EXPERIMENTS[name]
    default = [arm for arm in load_arms().values() if experiment.takes_part(arm, "full")]
    assert {arm.framework for arm in default} >= {"django-channels", "fastapi"}
    reason = unusable() if name in (network.NAME, vanished.NAME) else None  # they need root
    assert {experiment.can(arm) for arm in default} == {reason}


def test_an_arm_that_cannot_take_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"^--experiment survival cannot run with picows: "):
        runner.start(tmp_path, "survival", Asked("quick", ("survival",), ("picows",)), print)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_the_outboxes_bound_the_memory_for_slow_readers(
    arm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_memory, "COUNTS", (40,))
    monkeypatch.setattr(image_memory, "FAREWELL_SECONDS", 1.0)
    (run,) = image_memory.of_arm(find_arm(arm), None, 0, print)["runs"]

    assert run["delivered_to_sender"] == run["images"] == 40
    # Unread images would be 40 MiB for each reader; in memory, all readers share the same images.
    assert run["peak_mib"] - run["before_mib"] < 40 * image_memory.READERS / 2
    assert run["readers"] == {"closed with 1013": image_memory.READERS}
