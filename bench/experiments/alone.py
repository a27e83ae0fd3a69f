"""The experiments apart from the comparison's run; each one writes a separate raw file.

`bench/results/MACHINE/TIME-NAME/NAME.json` holds the machine, the command, and one entry an arm.
"""

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.experiments import images as image_memory
from bench.experiments import writes
from bench.experiments.client_page import pair
from bench.experiments.soak import experiment as soak
from bench.experiments.survival import experiment as survival
from bench.stack import machine, server_settings
from bench.stack.runnable import left_out, runnable
from bench.stack.stack import BENCHMARK_SETTINGS
from bench.stack.storage import missing_engine
from chat_core.settings import Settings

FORMAT: Final = 1

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command line; `seconds` and `seed` are None if not given."""

    arms: tuple[str, ...] = ()
    seconds: float | None = None
    seed: int | None = None

    def as_options(self) -> list[str]:
        """The command-line options that repeat this request."""
        words = [word for arm_id in self.arms for word in ("--arm", arm_id)]
        words += [] if self.seconds is None else ["--seconds", f"{self.seconds:g}"]
        return words + ([] if self.seed is None else ["--seed", str(self.seed)])


@dataclass(frozen=True, slots=True)
class Experiment:
    """`of_arm` measures one arm: what it returns is that arm's entry in the raw file."""

    can: Callable[[Arm], str | None]
    """The reason why the experiment cannot run with an arm, or None."""
    default: Callable[[Arm], bool]
    """Whether an arm takes part if no arm is named."""
    of_arm: Callable[[Arm, float | None, int, Say], dict[str, Any]]
    seed: int = 0
    of_arms: Callable[[Sequence[Arm], float | None, int, Say], list[dict[str, Any]]] | None = None
    """Measures all arms at once, where that is how it is made."""
    failure: Callable[[Sequence[dict[str, Any]]], str | None] = lambda _: None
    """One sentence where what was found must not be, told once the raw file is written."""


def _client(arm: Arm, seconds: float | None, seed: int, say: Say) -> dict[str, Any]:
    from bench.experiments.client_page import (
        measure,  # imports the browser driver: only this one needs it
    )

    return measure.of_arm(arm, seconds, seed, say)


ALONE: Final[dict[str, Experiment]] = {
    "survival": Experiment(survival.can, survival.default, survival.of_arm, survival.SEED),
    "images": Experiment(image_memory.can, image_memory.default, image_memory.of_arm),
    "writes": Experiment(writes.can, writes.default, writes.of_arm, writes.SEED),
    "client": Experiment(pair.can, pair.default, _client),
    "soak": Experiment(soak.can, soak.default, soak.of_arm, soak.SEED, soak.of_arms, soak.failure),
}
"""The experiments by the name in `--experiment`."""


def run(root: Path, name: str, asked: Asked, say: Say) -> Path:
    """Run the experiment, and return the path of its raw file. Raises BenchError."""
    experiment = ALONE[name]
    arms, missing = _arms(name, experiment, asked.arms)
    for line in left_out(missing):
        say(line)
    seed = experiment.seed if asked.seed is None else asked.seed
    started = datetime.now(UTC)
    head, dirty = machine.commit(root)
    entries = _entries(name, arms, replace(asked, seed=seed), say)
    command = ["chatbench", "run", "--experiment", name]
    command += replace(asked, seed=seed).as_options()
    settings = Settings.from_environ(BENCHMARK_SETTINGS, ("memory",), ("standard",))
    document = {
        "format": FORMAT,
        "experiment": name,
        "started_at": _timestamp(started),
        "finished_at": _timestamp(datetime.now(UTC)),
        "command": shlex.join(command),
        "commit": head,
        "dirty": dirty,
        "machine": machine.machine(),
        "versions": machine.versions(),
        "settings": server_settings.described(settings),
        "arms": entries,
    }
    folder = root / "bench" / "results" / machine.machine_slug()
    path = _write(folder / f"{started:%Y-%m-%dT%H%M%SZ}-{name}" / f"{name}.json", document)
    if failure := experiment.failure(entries):
        raise BenchError(f"{failure} The raw results: {path.relative_to(root)}.")
    return path


def _entries(name: str, arms: Sequence[Arm], asked: Asked, say: Say) -> list[dict[str, Any]]:
    """What is found of each arm, in their order."""
    experiment, seed = ALONE[name], asked.seed or 0
    if experiment.of_arms is not None:
        found = experiment.of_arms(arms, asked.seconds, seed, say)
        return [{"arm": arm.as_dict()} | each for arm, each in zip(arms, found, strict=True)]
    entries = []
    for number, arm in enumerate(arms, start=1):
        say(f"[{number}/{len(arms)}] {name} {arm.id}")
        entries.append({"arm": arm.as_dict()} | experiment.of_arm(arm, asked.seconds, seed, say))
    return entries


def _arms(
    name: str, experiment: Experiment, wanted: Sequence[str]
) -> tuple[list[Arm], dict[str, str]]:
    """The arms that take part, and the reasons why others cannot.

    Without a named arm, all default arms take part.
    """
    if not wanted:
        return runnable([arm for arm in load_arms().values() if experiment.default(arm)])
    arms = [find_arm(arm_id) for arm_id in dict.fromkeys(wanted)]
    for arm in arms:
        if reason := experiment.can(arm) or missing_engine(arm):
            raise BenchError(f"--experiment {name} cannot run with {arm.id}: {reason}")
    return arms, {}


def _write(path: Path, document: dict[str, Any]) -> Path:
    """Write the whole file or nothing."""
    path.parent.mkdir(parents=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return unfinished.rename(path)


def _timestamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
