"""A run prints the arms that it leaves out before it measures anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.declared.arms import find_arm
from bench.envelope.kinds import AnyObservation
from bench.errors import BenchError
from bench.experiments import runner
from bench.experiments.experiment import Experiment
from bench.experiments.registry import EXPERIMENTS
from bench.experiments.runner import Asked
from bench.stack import storage
from bench.stack.runnable import left_out, runnable

_REDIS = "channels-uvicorn-redis"
_MEMORY = "channels-uvicorn-memory"


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Redis."""
    monkeypatch.setattr(storage, "find_redis_server", lambda: None)


class _StoppedError(Exception):
    """Raised where the measurement would begin."""


@pytest.mark.usefixtures("no_redis")
def test_an_arm_that_cannot_run_has_a_reason() -> None:
    arms, missing = runnable([find_arm(_MEMORY), find_arm(_REDIS)])
    assert [arm.id for arm in arms] == [_MEMORY]
    (line,) = left_out(missing)
    assert line.startswith(f"1 arm is left out: {_REDIS}. There is no redis-server: install one ")


@pytest.mark.usefixtures("no_redis")
def test_no_runnable_arm_is_a_failure() -> None:
    with pytest.raises(BenchError, match="There is no redis-server"):
        runnable([find_arm(_REDIS)])


def test_each_missing_engine_has_a_line() -> None:
    missing = {"a": "No Redis.", "b": "No PostgreSQL.", "c": "No Redis."}
    assert list(left_out(missing)) == [
        "2 arms are left out: a, c. No Redis.",
        "1 arm is left out: b. No PostgreSQL.",
    ]


@pytest.mark.usefixtures("no_redis")
def test_an_experiment_says_first_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(_: object) -> Iterator[AnyObservation]:
        raise _StoppedError

    said: list[str] = []
    stopped = Experiment("counted", "", lambda _: None, lambda arm, _: "uvicorn" in arm.id, stop)
    monkeypatch.setitem(EXPERIMENTS, "counted", stopped)
    with pytest.raises(_StoppedError):
        runner.start(tmp_path, "counted", Asked("quick", ("counted",)), said.append)
    assert " arms are left out: " in said[0]
