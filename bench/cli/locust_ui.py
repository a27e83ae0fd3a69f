"""`chatbench locust`: stacks up, then Locust with its web UI; further arguments go to Locust."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from bench.declared.arms import Arm
from bench.load.options import STACKS_VARIABLE
from bench.stack import machine
from bench.stack.child import Child
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

LOCUSTFILE = Path(__file__).resolve().parents[1] / "locustfile.py"
WEB_PORT = 8089
WATCH_S = 0.5
"""How long a server may be dead until the run ends."""


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


def start_locust(running: ExitStack, urls: Mapping[str, str], arguments: Sequence[str]) -> Child:
    """Start Locust on the generator's cores; its output goes to our terminal."""
    # The UI has no password: by default, only this machine can open it.
    host = [] if "--web-host" in arguments else ["--web-host", "127.0.0.1"]
    child = Child(
        [
            *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--class-picker"),
            *host,
            *arguments,
        ],
        environ=os.environ | {STACKS_VARIABLE: json.dumps(dict(urls))},
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
