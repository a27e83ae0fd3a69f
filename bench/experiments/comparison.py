"""`chatbench run`: start every arm, measure them interleaved, write raw files."""

import json
import shlex
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.declared.arms import Arm
from bench.experiments.ceiling import measure_ceiling
from bench.experiments.plan import AA_ARM, SECOND, PlannedCell, Profile, cell_of, planned_cells
from bench.load.cell import generator_is_limit
from bench.load.process import GeneratorProcess
from bench.stack import machine, server_settings
from bench.stack.runnable import left_out, runnable
from bench.stack.stack import BENCHMARK_SETTINGS, CpuSeconds, Stack
from chat_core.settings import Settings

FORMAT = 1
_UNKNOWN_CPU_US = 50.0
"""A first guess of an arm's CPU per delivery in µs, for a run that measures only capacity."""
_IDLE_WAIT_SECONDS, _IDLE_POLL_SECONDS, _IDLE_SHARE = 5.0, 0.05, 0.1

Say = Callable[[str], None]


class Measurement:
    """One run, from its first stack to its last file; `say` prints progress."""

    def __init__(
        self, root: Path, profile: Profile, experiments: Sequence[str], arms: list[Arm], say: Say
    ) -> None:
        self._root = root
        self._profile = profile
        self._experiments = experiments
        self._arms, self._missing = runnable(arms)
        self._say = say
        self._pinning = machine.pinning()
        self._stacks: dict[str, Stack] = {}
        self._cpu_us: dict[str, list[float]] = defaultdict(list)
        self._started = datetime.now(UTC)

    def run(self, command: str) -> Path:
        """Measure, and return the run's directory. Raises BenchError."""
        for line in left_out(self._missing):
            self._say(line)
        info = self._info(command)
        info["ceiling"] = self._ceiling()
        directory = self._directory()
        cells = []
        with ExitStack() as running:
            self._start_stacks(running)
            generator = running.enter_context(GeneratorProcess(self._pinning.generator))
            plan = list(planned_cells(self._profile, self._experiments, list(self._stacks)))
            for order, planned in enumerate(plan, start=1):
                cell = self._measure(generator, planned, order)
                cells.append(cell)
                self._say(f"[{order}/{len(plan)}] {_line(cell)}")
        info["finished_at"] = _timestamp(datetime.now(UTC))
        _write(directory, info, cells)
        return directory

    def _ceiling(self) -> dict[str, Any]:
        self._say("the generator's ceiling, beside the ceiling of the usual recipe")
        return measure_ceiling(*self._profile.ceiling, self._say)

    def _start_stacks(self, running: ExitStack) -> None:
        columns = [(arm.id, arm) for arm in self._arms]
        if "capacity" not in self._experiments or len(self._experiments) > 1:
            columns += [(arm.id + SECOND, arm) for arm in self._arms if arm.id == AA_ARM]
        for column, arm in columns:
            stack = Stack(arm, cpus=self._pinning.servers, environ=BENCHMARK_SETTINGS)
            self._stacks[column] = stack
            running.callback(stack.stop)
            stack.start()
        running.callback(self._ask_all_to_stop)
        for stack in self._stacks.values():
            stack.wait_until_healthy()
        self._say(f"{len(self._stacks)} stacks are up")

    def _ask_all_to_stop(self) -> None:
        """Ask all stacks to stop, so that they stop at the same time."""
        for stack in self._stacks.values():
            for child in stack.children:
                child.ask_to_stop()

    def _measure(
        self, generator: GeneratorProcess, planned: PlannedCell, order: int
    ) -> dict[str, Any]:
        stack = self._stacks[planned.arm]
        cpu_us = statistics.median(self._cpu_us.get(planned.arm) or [_UNKNOWN_CPU_US])
        cell = cell_of(planned, self._profile, stack.url, cpu_us)
        marks: list[CpuSeconds] = []

        def on_event(event: dict[str, Any]) -> None:
            if event["event"] in ("window_start", "window_end"):
                marks.append(stack.cpu_seconds())

        counters = machine.kernel_counters()
        result = generator.measure(cell, on_event)
        for each in self._stacks.values():
            each.check_alive()
        _wait_until_idle(stack)
        cpu = [
            {f"{name}_s": getattr(end, name) - getattr(start, name) for name in CpuSeconds._fields}
            for start, end in zip(marks[::2], marks[1::2], strict=True)
        ]
        refused = _refusal(planned.experiment, result)
        if planned.experiment == "room" and refused is None:
            self._cpu_us[planned.arm].append(_cpu_per_delivery(result, cpu))
        return {
            "experiment": planned.experiment,
            "arm": planned.arm,
            "repeat": planned.repeat,
            "order": order,
            "load": cell["load"],
            "result": result,
            "cpu": cpu,
            "kernel": machine.moved(counters, machine.kernel_counters()),
            "valid": refused is None,
            "refused": refused,
        }

    def _info(self, command: str) -> dict[str, Any]:
        head, dirty = machine.commit(self._root)
        settings = Settings.from_environ(BENCHMARK_SETTINGS, ("memory",), ("standard",))
        arm_ids = [arm.id for arm in self._arms]
        return {
            "format": FORMAT,
            "profile": self._profile.name,
            "started_at": _timestamp(self._started),
            "finished_at": "",
            "command": command,
            "commit": head,
            "dirty": dirty,
            "machine": machine.machine(),
            "versions": machine.versions(),
            "settings": server_settings.described(settings),
            "pinning": self._pinning.as_dict(),
            "kernel": machine.kernel_settings(),
            "arms": [arm.as_dict() for arm in self._arms],
            "missing": [{"id": key, "reason": reason} for key, reason in self._missing.items()],
            "aa": [AA_ARM, AA_ARM + SECOND] if AA_ARM in arm_ids else None,
        }

    def _directory(self) -> Path:
        name = f"{self._started:%Y-%m-%dT%H%M%SZ}-{self._profile.name}"
        return self._root / "bench" / "results" / machine.machine_slug() / name


def command_line(profile: Profile, experiments: Sequence[str], arms: Sequence[str]) -> str:
    """The command that repeats a run."""
    words = ["chatbench", "run", "--profile", profile.name]
    words += [word for name in experiments for word in ("--experiment", name)]
    words += [word for arm_id in arms for word in ("--arm", arm_id)]
    return shlex.join(words)


def _wait_until_idle(stack: Stack) -> None:
    """Wait until the server has handled the members' leaving, which would slow the next arm."""
    deadline = time.monotonic() + _IDLE_WAIT_SECONDS
    used = sum(stack.cpu_seconds())
    while time.monotonic() < deadline:
        time.sleep(_IDLE_POLL_SECONDS)
        before, used = used, sum(stack.cpu_seconds())
        if used - before < _IDLE_SHARE * _IDLE_POLL_SECONDS:
            return


def _refusal(experiment: str, result: dict[str, Any]) -> str | None:
    """The reason why a cell does not count, or None."""
    if result["event"] == "failed":
        return str(result["reason"])
    for step in result["steps"]:
        if not step["ledger"]["balanced"]:
            return "the ledger does not balance"
        # A capacity search may end at the generator's limit: its result is then "at least".
        if experiment != "capacity" and (reason := generator_is_limit(step)):
            return reason
    return None


def _cpu_per_delivery(result: dict[str, Any], cpu: list[dict[str, float]]) -> float:
    delivered: int = sum(step["delivered_in_window"] for step in result["steps"])
    seconds: float = sum(sum(each.values()) for each in cpu)
    return 1e6 * seconds / max(1, delivered)


def _line(cell: dict[str, Any]) -> str:
    head = f"{cell['experiment']} {cell['arm']}"
    if cell["refused"]:
        return f"{head}: refused, {cell['refused']}"
    steps = cell["result"]["steps"]
    last = steps[-1]
    lost = sum(step["ledger"]["lost"] for step in steps)
    if cell["experiment"] == "capacity":
        rates = [step["delivered_in_window"] / step["seconds"] for step in steps]
        return f"{head}: {len(steps)} steps to {max(rates):,.0f} deliveries a second, {lost} lost"
    cost = _cpu_per_delivery(cell["result"], cell["cpu"])
    p99 = last["latency_us"]["p99"] / 1000
    return f"{head}: {cost:.1f} us CPU a delivery, p99 {p99:.1f} ms, {lost} lost"


def _write(directory: Path, info: dict[str, Any], cells: list[dict[str, Any]]) -> None:
    """Write all files of a run or none: the directory has another name until it is complete."""
    unfinished = directory.with_name(directory.name + ".unfinished")
    unfinished.mkdir(parents=True)
    lines = [json.dumps(cell, separators=(",", ":")) for cell in cells]
    (unfinished / "cells.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (unfinished / "run.json").write_text(json.dumps(info, indent=1) + "\n", "utf-8")
    unfinished.rename(directory)


def _timestamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
