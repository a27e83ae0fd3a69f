"""`chatbench locust`: stacks up, then Locust with its web UI; further arguments go to Locust."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.stack import machine
from bench.stack.child import Child
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

LOCUSTFILE = Path(__file__).resolve().parents[1] / "locustfile.py"
STACKS_VARIABLE = "CHATBENCH_STACKS"
WEB_PORT = 8089


def start_stacks(running: ExitStack, arms: Sequence[Arm]) -> dict[str, str]:
    """Start the arms; returns their URLs by id."""
    cores = machine.pinning()
    stacks = {}
    for arm in arms:
        stacks[arm.id] = Stack(arm, cpus=cores.servers, environ=BENCHMARK_SETTINGS)
        running.callback(stacks[arm.id].stop)
        stacks[arm.id].start()
    for stack in stacks.values():
        stack.wait_until_healthy()
    return {arm_id: stack.url for arm_id, stack in stacks.items()}


def start_locust(running: ExitStack, urls: dict[str, str], arguments: Sequence[str]) -> Child:
    """Start Locust on the generator's cores; its output goes to our terminal."""
    # The UI has no password: by default, only this machine can open it.
    host = [] if "--web-host" in arguments else ["--web-host", "127.0.0.1"]
    child = Child(
        [
            *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--class-picker"),
            *host,
            *arguments,
        ],
        environ=os.environ | {STACKS_VARIABLE: json.dumps(urls)},
        cpus=machine.pinning().generator,
        stdout=sys.stdout.fileno(),
        stderr=sys.stderr.fileno(),
    )
    running.callback(child.stop)
    return child


def wait(child: Child) -> None:
    """Wait until Locust ends. Raises BenchError if Locust itself failed."""
    code = child.process.wait()
    # Exit code 1 means failed requests: a result of the test, not a failure of Locust.
    if code not in (0, 1, -signal.SIGTERM):
        raise BenchError(f"Locust ended with exit code {code}: see its output above.")
