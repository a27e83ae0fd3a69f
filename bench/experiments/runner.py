"""Runs experiments, and appends each observation to the raw results as it is made."""

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.declared.arms import Arm, find_arm, load_arms
from bench.envelope.run import RESULTS, Campaign, Run, RunWriter, read_run
from bench.errors import BenchError
from bench.experiments.experiment import AA_ARM, SECOND, Context, Experiment, Say
from bench.experiments.registry import EXPERIMENTS
from bench.stack import machine
from bench.stack.run_info import now, run_folder, run_info
from bench.stack.runnable import left_out, runnable
from bench.stack.storage import missing_engine

PROFILES: Final = ("quick", "full")


class CannotRunError(BenchError):
    """An experiment cannot run on this machine, or not with the named arms."""


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
    campaign: Campaign | None = None

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
    """A new run; returns its directory. Raises BenchError, CannotRunError before it begins."""
    arms, missing = _arms(asked)
    for line in left_out(missing):
        say(line)
    began = datetime.now(UTC)
    info = run_info(
        root,
        name,
        profile=asked.profile,
        experiments=asked.experiments,
        command=asked.command(),
        began=began,
        arms=arms,
        missing=missing,
        seconds=asked.seconds,
        seed=asked.seed,
        aa=(AA_ARM, AA_ARM + SECOND) if AA_ARM in {arm.id for arm in arms} else None,
        campaign=asked.campaign,
    )
    path = run_folder(root / RESULTS, name, began)
    with RunWriter.create(path, info) as writer:
        _measure(writer, read_run(path), arms, say)
    return path


def resume(run: Run, say: Say) -> Path:
    """Go on with a run that was not finished. Raises BenchError."""
    info = msgspec.structs.replace(run.info, resumed_at=[*run.info.resumed_at, now()])
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
    writer.finish(now())
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
    """Its arms if none is named. Raises CannotRunError if this machine can run it with none."""
    arms = [arm for arm in load_arms().values() if experiment.takes_part(arm, profile)]
    reasons = [reason for arm in arms if (reason := experiment.can(arm))]
    if reasons and len(reasons) == len(arms):
        raise CannotRunError(f"--experiment {experiment.name} cannot run here: {reasons[0]}")
    return arms


def _must(arm: Arm, experiments: Sequence[Experiment]) -> None:
    for each in experiments:
        if reason := each.can(arm) or missing_engine(arm):
            raise CannotRunError(f"--experiment {each.name} cannot run with {arm.id}: {reason}")
