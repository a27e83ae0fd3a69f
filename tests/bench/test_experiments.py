"""The experiments beside the comparison: the arms that take part, and the raw files."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.experiments import alone as experiments
from bench.experiments import images as image_memory
from bench.experiments.alone import ALONE, Asked, Experiment
from tests.stack.test_stack import ON_EACH_SERVER

_ARM = "fastapi-uvicorn-memory"


def _recorded(arm: Arm, seconds: float | None, seed: int, _: experiments.Say) -> dict[str, Any]:
    return {"asked": [arm.id, seconds, seed]}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An experiment that only records its arguments."""
    experiment = Experiment(lambda _: None, lambda arm: arm.id == _ARM, _recorded, seed=3)
    monkeypatch.setitem(ALONE, "counted", experiment)


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("asked", "entry", "command"),
    [
        (Asked(), [_ARM, None, 3], "chatbench run --experiment counted --seed 3"),
        (
            Asked(("picows",), 12.5, 4),
            ["picows", 12.5, 4],
            "chatbench run --experiment counted --arm picows --seconds 12.5 --seed 4",
        ),
    ],
)
def test_a_raw_file_has_the_command_that_repeats_it(
    asked: Asked, entry: list[object], command: str, tmp_path: Path
) -> None:
    path = experiments.run(tmp_path, "counted", asked, print)
    written = json.loads(path.read_text("utf-8"))

    assert (path.name, path.parent.name[-8:]) == ("counted.json", "-counted")
    assert list(path.parent.iterdir()) == [path]
    assert [each["asked"] for each in written["arms"]] == [entry]
    assert written["arms"][0]["arm"]["id"] == entry[0]
    assert written["command"] == command
    assert written["versions"].keys() >= {"python", "django", "sqlite"}


@pytest.mark.parametrize("name", ["survival", "images", "writes"])
def test_every_default_arm_can_take_part(name: str) -> None:
    default = [arm for arm in load_arms().values() if ALONE[name].default(arm)]
    assert {arm.framework for arm in default} == {"django-channels", "fastapi"}
    assert [ALONE[name].can(arm) for arm in default] == [None] * len(default)


def test_an_arm_that_cannot_take_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"^--experiment survival cannot run with picows: "):
        experiments.run(tmp_path, "survival", Asked(("picows",)), print)
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
