"""Runs experiments, and appends each observation to the raw results as it is made."""

import os
import random
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.declared.arms import Arm, find_arm, load_arms
from bench.envelope.run import (
    FORMAT,
    RESULTS,
    ArmInfo,
    Machine,
    Missing,
    Run,
    RunInfo,
    RunWriter,
    read_run,
)
from bench.errors import BenchError
from bench.experiments.experiment import AA_ARM, SECOND, Context, Experiment, Say
from bench.experiments.registry import EXPERIMENTS
from bench.stack import machine, server_settings
from bench.stack.runnable import left_out, runnable
from bench.stack.stack import BENCHMARK_SETTINGS
from bench.stack.storage import missing_engine
from chat_core.settings import Settings

PROFILES: Final = ("quick", "full")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command line; `seconds` and `seed` are None if not given."""

    profile: str
    experiments: tuple[str, ...]
    arms: tuple[str, ...] = ()
    seconds: float | None = None
    seed: int | None = None
    named: bool = True
    """Whether the user named the experiments."""

    def command(self) -> str:
        """The command line that repeats this request."""
        words = ["chatbench", "run", "--profile", self.profile]
        words += [
            word for name in self.experiments if self.named for word in ("--experiment", name)
        ]
        words += [word for arm_id in self.arms for word in ("--arm", arm_id)]
        words += [] if self.seconds is None else ["--seconds", f"{self.seconds:g}"]
        return shlex.join(words + ([] if self.seed is None else ["--seed", str(self.seed)]))


def start(root: Path, name: str, asked: Asked, say: Say) -> Path:
    """A new run; returns its directory. Raises BenchError."""
    arms, missing = _arms(asked)
    for line in left_out(missing):
        say(line)
    began = datetime.now(UTC)
    info = _info(root, name, asked, arms, missing, began)
    path = root / RESULTS / machine.machine_slug() / f"{began:%Y-%m-%dT%H%M%SZ}-{name}"
    with RunWriter.create(path, info) as writer:
        _measure(writer, read_run(path), arms, say)
    return path


def resume(run: Run, say: Say) -> Path:
    """Go on with a run that was not finished. Raises BenchError."""
    info = msgspec.structs.replace(run.info, resumed_at=[*run.info.resumed_at, _now()])
    arms = [find_arm(arm.id) for arm in info.arms]
    say(f"going on with {run.name}: {len(run.observations)} observations are there")
    with RunWriter.resume(run, info) as writer:
        _measure(writer, run, arms, say)
    return run.path


def _measure(writer: RunWriter, run: Run, arms: Sequence[Arm], say: Say) -> None:
    """Take all experiments of the run in order; the first exception ends it, and all is kept."""
    info, pinning = run.info, machine.pinning()
    done = list(run.observations)
    _keep_off(pinning.servers)
    for name in info.experiments:
        experiment = EXPERIMENTS[name]
        ours = [arm for arm in arms if experiment.can(arm) is None]
        context = Context(info.profile, ours, info.seed, pinning, say, info.seconds, done)
        for observation in experiment.measure(context):
            writer.append(observation)
            done.append(observation)
    writer.finish(_now())
    for name in info.experiments:
        if failure := EXPERIMENTS[name].failure(done):
            raise BenchError(f"{failure} The raw results: {run.name}.")


def _keep_off(servers: frozenset[int]) -> None:
    """Keep this process off the servers' cores, if there are others."""
    if hasattr(os, "sched_setaffinity"):
        others = os.sched_getaffinity(0) - servers
        with suppress(OSError):
            os.sched_setaffinity(0, others or servers)


def _arms(asked: Asked) -> tuple[list[Arm], dict[str, str]]:
    """The arms that take part, and the reasons why others cannot."""
    experiments = [EXPERIMENTS[name] for name in asked.experiments]
    if asked.arms:
        named = [find_arm(arm_id) for arm_id in dict.fromkeys(asked.arms)]
        for arm in named:
            _must(arm, experiments)
        return named, {}
    taking_part = {each.name: _taking_part(each, asked.profile) for each in experiments}
    every = [
        arm for arm in load_arms().values() if any(arm in arms for arms in taking_part.values())
    ]
    return runnable(every)


def _taking_part(experiment: Experiment, profile: str) -> list[Arm]:
    """Its arms if none is named. Raises BenchError if this machine can run it with none of them."""
    arms = [arm for arm in load_arms().values() if experiment.takes_part(arm, profile)]
    reasons = [reason for arm in arms if (reason := experiment.can(arm))]
    if reasons and len(reasons) == len(arms):
        raise BenchError(f"--experiment {experiment.name} cannot run here: {reasons[0]}")
    return arms


def _must(arm: Arm, experiments: Sequence[Experiment]) -> None:
    for each in experiments:
        if reason := each.can(arm) or missing_engine(arm):
            raise BenchError(f"--experiment {each.name} cannot run with {arm.id}: {reason}")


def _info(
    root: Path,
    name: str,
    asked: Asked,
    arms: Sequence[Arm],
    missing: dict[str, str],
    began: datetime,
) -> RunInfo:
    head, dirty = machine.commit(root)
    settings = Settings.from_environ(BENCHMARK_SETTINGS, ("memory",), ("standard",))
    ids = [arm.id for arm in arms]
    return RunInfo(
        format=FORMAT,
        name=name,
        profile=asked.profile,
        experiments=list(asked.experiments),
        started_at=_timestamp(began),
        seed=random.SystemRandom().getrandbits(32) if asked.seed is None else asked.seed,
        seconds=asked.seconds,
        command=asked.command(),
        commit=head,
        dirty=dirty,
        machine=msgspec.convert(machine.machine(), Machine),
        versions=machine.versions(),
        settings=server_settings.described(settings),
        pinning=machine.pinning().as_dict(),
        kernel=machine.kernel_settings(),
        arms=[msgspec.convert(arm.as_dict(), ArmInfo) for arm in arms],
        missing=[Missing(arm_id, reason) for arm_id, reason in missing.items()],
        aa=(AA_ARM, AA_ARM + SECOND) if AA_ARM in ids else None,
    )


def _now() -> str:
    return _timestamp(datetime.now(UTC))


def _timestamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
