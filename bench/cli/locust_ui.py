"""`chatbench locust`: stacks up, then Locust with its web UI; further arguments go to Locust."""

import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from bench.cli.locust_arguments import Arguments
from bench.declared.arms import Arm, find_arm, load_arms
from bench.errors import BenchError
from bench.load.options import STACKS_VARIABLE
from bench.load.suite.stacks import RunningStack, described, encode
from bench.stack import machine
from bench.stack.child import Child
from bench.stack.runnable import left_out, runnable
from bench.stack.stack import BENCHMARK_SETTINGS, Stack, listen

LOCUSTFILE: Final = Path(__file__).resolve().parents[1] / "locustfile.py"
SHAPES: Final = LOCUSTFILE.parent / "load" / "suite" / "shapes.py"
"""For the form alone."""
WEB_PORT: Final = 8089
WATCH_S: Final = 0.5
"""How long a server may be dead until the run ends."""
_BOTH: Final = (
    ("channels-uvicorn-redis", "channels-uvicorn-memory"),
    ("fastapi-uvicorn-redis", "fastapi-uvicorn-memory"),
)
"""Both chats on the same server: over Redis, or in memory where there is none."""


def run(arm_ids: Sequence[str], words: Sequence[str], say: Callable[[str], None]) -> int:
    """Start the arms and Locust; returns Locust's exit code. Raises BenchError."""
    arguments = Arguments.read(words)
    arms = _arms([*arm_ids, *arguments.arms], say)
    if arguments.has_web_ui:
        _check_port(arguments.web_port)
    with ExitStack() as running:
        stacks = start_stacks(running, arms)
        say(f"Up: {', '.join(f'{arm} at {stack.url}' for arm, stack in stacks.items())}")
        if arguments.has_web_ui:
            say(f"Locust: http://localhost:{arguments.web_port}")
        shapes = ["-f", str(SHAPES)] if arguments.has_web_ui else []
        words = [*shapes, *arguments.for_locust]
        locust = start_locust(running, described(stacks.values()), words)
        if arguments.has_web_ui:
            return _wait_with_ui(locust, stacks.values(), say)
        return wait(locust, stacks.values())


def start_stacks(running: ExitStack, arms: Sequence[Arm]) -> dict[str, Stack]:
    """Start the arms; returns their stacks by id."""
    cores = machine.pinning()
    stacks = {}
    for arm in arms:
        stacks[arm.id] = Stack(arm, cpus=cores.servers, environ=BENCHMARK_SETTINGS)
        running.callback(stacks[arm.id].stop)
        stacks[arm.id].start()
    for stack in stacks.values():
        stack.wait_until_healthy()
    return stacks


def start_locust(
    running: ExitStack, stacks: Mapping[str, RunningStack], arguments: Sequence[str]
) -> Child:
    """Start Locust on the generator's cores; its output goes to our terminal."""
    # The UI has no password: by default, only this machine can open it.
    host = [] if "--web-host" in arguments else ["--web-host", "127.0.0.1"]
    child = Child(
        [*(sys.executable, "-m", "locust", "--class-picker"), *host, *with_suite(arguments)],
        environ=os.environ | {STACKS_VARIABLE: encode(stacks)},
        cpus=machine.pinning().generator,
        stdout=sys.stdout.fileno(),
        stderr=sys.stderr.fileno(),
    )
    running.callback(child.stop)
    return child


def wait(locust: Child, stacks: Collection[Stack]) -> int:
    """Wait until Locust ends; returns its exit code, as a shell gives it.

    Raises BenchError as soon as a process of a stack has ended: what Locust measures from then on
    is no result.
    """
    code = None
    while code is None:
        with suppress(subprocess.TimeoutExpired):
            code = locust.process.wait(WATCH_S)
        for stack in stacks:
            stack.check_alive()
    return code if code >= 0 else 128 - code


def _wait_with_ui(locust: Child, stacks: Collection[Stack], say: Callable[[str], None]) -> int:
    """As `wait`, but the UI goes on after the end of a stack: it shows what was counted."""
    try:
        return wait(locust, stacks)
    except BenchError as error:
        say(f"{error} Locust stays up with what it counted; Ctrl-C ends it.")
        wait(locust, ())
        return 1


def _arms(ids: Sequence[str], say: Callable[[str], None]) -> list[Arm]:
    if ids:
        return [find_arm(arm_id) for arm_id in dict.fromkeys(ids)]
    declared = load_arms()
    chosen = []
    for choices in _BOTH:
        possible, missing = runnable([declared[arm_id] for arm_id in choices])
        for line in left_out(missing):
            say(line)
        chosen.append(possible[0])
    return chosen


def _check_port(port: int) -> None:
    """Before the arms start, because Locust notices it afterwards, and with a traceback."""
    try:
        listen(port).close()
    except BenchError as error:
        raise BenchError(f"{str(error)[:-1]}. Choose another one with --web-port.") from None


def with_suite(arguments: Sequence[str]) -> list[str]:
    """The arguments with the suite beside the user's locustfiles, and not replaced by them."""
    files, others = [str(LOCUSTFILE)], []
    words = iter(arguments)
    for word in words:
        name, _, value = word.partition("=")
        if name in ("-f", "--locustfile"):
            files.append(value or next(words, ""))
        else:
            others.append(word)
    return ["-f", ",".join(files), *others]
