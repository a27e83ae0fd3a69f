"""Where an arm's server spends its time: py-spy beside a steady load.

py-spy reads the stack of another process from outside, so the server runs unchanged; it is paused
for each sample. A function in C has no frame: its time counts for the Python function that calls
it. CPU times of this experiment are no figures of the comparison.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.declared.arms import Arm
from bench.envelope.folded import Folded, pack, parse
from bench.envelope.profile import ProfileEntry
from bench.errors import BenchError
from bench.experiments.experiment import Context
from bench.experiments.speed.arms import Arms, group_of
from bench.experiments.speed.generator_limit import generator_limit
from bench.experiments.speed.plan import SHARES, Kind
from bench.experiments.speed.turns import Turns
from bench.load.orders import CloseAll, TakeWindow
from bench.load.session_process import SessionProcess
from bench.stack.child import Child
from bench.stack.cpu_clock import cpu_seconds_or_0

NAME: Final = "profile"
ROOM: Final = 100
SECONDS: Final = 10.0
SAMPLE_HZ: Final = 200
WARM_UP: Final = 10
"""Slots before the window: caches fill, and the rate is found."""
_ATTACH_S: Final = 2.0
"""The window is so much longer than the samples: the profiler reads the process' symbols first."""
_END_S: Final = 30.0
_KIND: Final = Kind("65", ROOM)


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.framework == "picows":
        return "its server is written in C, and the profiler reads Python's frames."
    return None


def takes_part(arm: Arm, profile: str) -> bool:
    """All arms that run in Python in `full`, those that are marked in `quick`."""
    return can(arm) is None and (arm.quick or profile == "full")


def measure(context: Context) -> Iterator[ProfileEntry]:
    """The profile of each arm that the run does not have yet. Raises BenchError."""
    done = {each.arm for each in context.done if isinstance(each, ProfileEntry)}
    arms = [arm for arm in context.arms if arm.id not in done]
    for number, arm in enumerate(arms, start=1):
        context.say(f"[{number}/{len(arms)}] {NAME} {arm.id}")
        with ExitStack() as running:
            yield _of_arm(context, arm, running)


def _of_arm(context: Context, arm: Arm, running: ExitStack) -> ProfileEntry:
    generator = running.enter_context(SessionProcess(context.pinning.generator))
    arms = Arms(context, generator, [(arm.id, arm)], lambda _: {ROOM: (ROOM, ROOM)})
    arms.start(running)
    arms.connect(context.seed)
    if arms.failed:
        raise BenchError(f"{arm.id}: {arms.failed[arm.id]}")
    turns = Turns(arms, generator, generator_limit(context.done))
    for _ in range(WARM_UP):
        turns.slot(arm.id, _KIND)
    rate = min(SHARES[_KIND.load] / turns.message_s(arm.id, ROOM), turns.limit / ROOM)
    server = max(arms.stacks[arm.id].processes().servers, key=cpu_seconds_or_0)
    with tempfile.TemporaryDirectory(prefix="chatbench-") as folder:
        profiler = _Profiler(server, Path(folder, "folded"), context.pinning.generator)
        running.callback(profiler.child.stop)
        seconds = SECONDS + _ATTACH_S
        turn = turns.take(TakeWindow(group_of(arm.id, ROOM), rate, seconds, 0.0))
        folded = profiler.result(arm)
    generator.must(CloseAll())
    return ProfileEntry(
        experiment=NAME,
        arm=arm.id,
        at_s=context.at_s(),
        load=_KIND.load,
        room=ROOM,
        rate=round(rate, 4),
        seconds=SECONDS,
        sample_hz=SAMPLE_HZ,
        cpu=turn.cpu,
        counts=turn.counts,
        folded=pack(folded),
    )


class _Profiler:
    """py-spy, which samples a process for `SECONDS`."""

    def __init__(self, pid: int, output: Path, cpus: frozenset[int] | None) -> None:
        self._output = output
        options = ("--format", "raw", "--rate", str(SAMPLE_HZ), "--duration", f"{SECONDS:.0f}")
        command = [_py_spy(), "record", "--function", *options, "--output", str(output)]
        self.child = Child([*command, "--pid", str(pid)], cpus=cpus)

    def result(self, arm: Arm) -> Folded:
        """The stacks, after the profiler has ended. Raises BenchError."""
        code = self.child.process.wait(_END_S)
        folded = parse(self._output.read_text("utf-8")) if self._output.exists() else Folded()
        if code == 0 and folded:
            return folded
        why = self.child.last_line() or "it printed nothing"
        raise BenchError(
            f"{arm.id} could not be profiled: {why}. The profiler has to read another process: run "
            "it as root, or set the kernel's kernel.yama.ptrace_scope to 0."
        )


def _py_spy() -> str:
    """The program, beside this Python or on PATH. Raises BenchError."""
    folders = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    found = shutil.which("py-spy", path=folders)
    if found is None:
        raise BenchError("There is no py-spy: install it (`pip install py-spy`).")
    return found
