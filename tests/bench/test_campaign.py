"""`chatbench run --profile full`: all experiments, run after run, resumable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.cli import running
from bench.declared.arms import Arm
from bench.envelope.observation import Failed
from bench.envelope.run import read_info, read_run, runs
from bench.errors import BenchError
from bench.experiments.experiment import Context, Experiment
from bench.stack.machine import machine_slug

_ARM = "fastapi-uvicorn-memory"
_OTHER = "picows"
_EVERYTHING = running.Request("full", (), (), None, None)


class _Measured:
    """Experiments that only count, and the names of those that fail now."""

    def __init__(self) -> None:
        self.failing: dict[str, BaseException] = {}
        self.registry: dict[str, Experiment] = {}
        self.began: list[tuple[str, list[str], float | None]] = []

    def experiment(self, name: str, able: tuple[str, ...] = (_ARM, _OTHER)) -> Experiment:
        def measure(context: Context) -> Iterator[Failed]:
            arms = [arm.id for arm in context.arms]
            self.began.append((name, arms, context.seconds))
            if name in self.failing:
                raise self.failing[name]
            if name not in {each.experiment for each in context.done}:
                yield Failed(experiment=name, arm=arms[0], at_s=0.0, reason="a reason")

        def can(arm: Arm) -> str | None:
            return None if arm.id in able else "it is not able to."

        def takes_part(arm: Arm, _: str) -> bool:
            return arm.id == _ARM

        return Experiment(name, "", can, takes_part, measure)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> _Measured:
    """The registry holds experiments that only count; `memory` can run nowhere."""
    ours = _Measured()
    every = (
        ours.experiment("ceiling"),
        ours.experiment("speed"),
        ours.experiment("growth"),
        ours.experiment("memory", able=()),
        ours.experiment("soak", able=(_ARM,)),
    )
    ours.registry = {each.name: each for each in every}
    for module in ("bench.cli.running", "bench.cli.campaign", "bench.experiments.runner"):
        monkeypatch.setattr(f"{module}.EXPERIMENTS", ours.registry)
    # Two runs of one second would have one folder.
    folders = iter(range(100))
    monkeypatch.setattr(
        "bench.experiments.runner.run_folder",
        lambda results, name, _: results / machine_slug() / f"{next(folders):03}-{name}",
    )
    return ours


def _finished(root: Path) -> dict[str, bool]:
    """Each run without its number, and whether it was finished."""
    return {path.name[4:]: bool(read_info(path).finished_at) for path in runs(root)}


def test_each_experiment_is_a_part(measured: _Measured, tmp_path: Path) -> None:
    said: list[str] = []
    running.run(tmp_path, _EVERYTHING, said.append)

    assert _finished(tmp_path) == {"full": True, "growth": True, "soak": True}
    assert [name for name, _, _ in measured.began] == ["ceiling", "speed", "growth", "soak"]
    assert "growth: part 2 of 4" in said
    assert "left out: --experiment memory cannot run here: it is not able to." in said
    commands = [read_info(path).command for path in runs(tmp_path)]
    assert commands == [
        "chatbench run --profile full",
        "chatbench run --profile full --experiment growth",
        "chatbench run --profile full --experiment soak",
    ]


def test_a_failure_does_not_keep_the_next_from_being_measured(
    measured: _Measured, tmp_path: Path
) -> None:
    measured.failing["growth"] = BenchError("The server died.")
    said: list[str] = []
    with pytest.raises(BenchError, match=r"^Failed, for the reasons above: growth\.$"):
        running.run(tmp_path, _EVERYTHING, said.append)

    assert "The server died." in said
    assert _finished(tmp_path) == {"full": True, "growth": False, "soak": True}


def test_what_was_interrupted_goes_on_with_all_that_is_left(
    measured: _Measured, tmp_path: Path
) -> None:
    measured.failing["speed"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        running.run(tmp_path, _EVERYTHING, print)
    assert _finished(tmp_path) == {"full": False}

    measured.failing.clear()
    running.resume(tmp_path, print)
    assert _finished(tmp_path) == {"full": True, "growth": True, "soak": True}
    assert len(read_run(runs(tmp_path)[0]).observations) == 2


def test_it_goes_on_after_an_end_between_two_parts(measured: _Measured, tmp_path: Path) -> None:
    def end_before_soak(line: str) -> None:
        if line.startswith("soak: "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.run(tmp_path, _EVERYTHING, end_before_soak)
    assert _finished(tmp_path) == {"full": True, "growth": True}

    running.resume(tmp_path, print)
    assert _finished(tmp_path) == {"full": True, "growth": True, "soak": True}
    assert [name for name, _, _ in measured.began] == ["ceiling", "speed", "growth", "soak"]


def test_named_arms_and_seconds_go_to_each_part_that_can(
    measured: _Measured, tmp_path: Path
) -> None:
    asked = running.Request("full", (), (_OTHER,), 12.5, 4)
    said: list[str] = []
    running.run(tmp_path, asked, said.append)

    assert measured.began == [(name, [_OTHER], 12.5) for name in ("ceiling", "speed", "growth")]
    assert f"left out: soak cannot run with {_OTHER}." in said
    assert {read_info(path).seed for path in runs(tmp_path)} == {4}


def test_nothing_is_left_of_a_complete_one(measured: _Measured, tmp_path: Path) -> None:
    del measured.registry["memory"]
    running.run(tmp_path, _EVERYTHING, print)
    with pytest.raises(BenchError, match=r"^There is no unfinished run of this machine"):
        running.resume(tmp_path, print)
    assert len(measured.began) == 4


def test_a_named_experiment_is_no_campaign(measured: _Measured, tmp_path: Path) -> None:
    running.run(tmp_path, running.Request("full", ("growth",), (), None, None), print)
    assert [name for name, _, _ in measured.began] == ["growth"]
    assert read_info(runs(tmp_path)[0]).campaign is None
