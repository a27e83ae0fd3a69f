"""`chatbench run --experiment connections`: thousands of silent members, arm after arm."""

import http.client
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import psutil

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.experiments.connections.witness import Witness
from bench.load.crowd_orders import Enter, Expect, Gather, Leave
from bench.load.crowd_process import CrowdProcess
from bench.stack import kernel, machine
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "connections"
CONNECTIONS: Final = 5000
CONNECTIONS_IN_MEMORY: Final = 1000
"""With Channels' in-memory layer, each `receive` of which looks at all connections: with 5000, the
crowds and restarts of one arm took more than ten minutes."""
STEPS: Final = (0.25, 0.5, 0.75, 1.0)
"""The parts of all connections after which memory is read."""
AT_ONCE: Final = 50
"""Handshakes at a time, as many as a browser farm or a proxy would have under way."""
CROWDS: Final = 3
IDLE_S: Final = 25.0
"""Longer than the interval of the servers' pings."""
_REST_S: Final = 1.0
_BACK_S: Final = 60.0
_KIB: Final = 1024


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline has no accounts and no rooms to leave."


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats of `quick`, and those on uvicorn with accounts, in SQLite."""
    if arm.kind != "chat" or arm.variant != "standard":
        return False
    return arm.quick or (arm.history == "sqlite" and arm.server == "uvicorn")


def of_arm(arm: Arm, seconds: float | None, _: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation; `seconds` is for how long the connections stay idle."""
    with ExitStack() as running:
        pinning = machine.pinning()
        crowd = running.enter_context(CrowdProcess(pinning.generator))
        stack = Stack(arm, cpus=pinning.servers, environ=BENCHMARK_SETTINGS)
        running.callback(stack.stop)
        stack.start()
        stack.wait_until_healthy()
        found = _Measurement(stack, crowd, IDLE_S if seconds is None else seconds).run()
    say(f"{arm.id}: {_words(found)}")
    return found


class _Measurement:
    """One arm's stack and its crowd."""

    def __init__(self, stack: Stack, crowd: CrowdProcess, idle_s: float) -> None:
        self._stack = stack
        self._crowd = crowd
        self._idle_s = idle_s
        self._count = _count_of(stack.arm)
        self._kernel_before = kernel.memory_bytes()

    def run(self) -> dict[str, Any]:
        """Idle connections, crowds that come and go, restarts. Raises BenchError."""
        empty = self._idle_cpu()
        idle = [self._step(0)]
        for part in STEPS:
            wanted = round(self._count * part)
            self._enter(wanted - idle[-1]["connections"])
            idle.append(self._step(wanted))
        idle_cpu = self._idle_cpu()
        self._leave()
        handshakes = [self._crowd_of("guest", "") for _ in range(CROWDS)]
        if self._stack.arm.history != "off":
            cookie = _registered(self._stack.url)
            handshakes += [self._crowd_of("session", cookie) for _ in range(CROWDS)]
        storms = [self._storm("asked to stop"), self._storm("killed")]
        return {
            "idle": idle,
            "idle_seconds": self._idle_s,
            "idle_cpu_s": idle_cpu,
            "empty_cpu_s": empty,
            "handshakes": handshakes,
            "storms": storms,
        }

    def _enter(self, count: int, cookie: str = "") -> Any:
        return self._crowd.must(Enter(self._stack.url, count, AT_ONCE, cookie))

    def _leave(self) -> None:
        self._crowd.must(Leave())
        time.sleep(_REST_S)  # the servers notice within this time that their members have left

    def _step(self, connections: int) -> dict[str, Any]:
        time.sleep(_REST_S)
        grown = kernel.memory_bytes() - self._kernel_before
        return {
            "connections": connections,
            "process_kib": round(self._process_kib(), 1),
            "kernel_kib": round(grown / _KIB, 1),
        }

    def _crowd_of(self, identity: str, cookie: str) -> dict[str, Any]:
        with Witness(self._stack.ws_url("witness", "witness")) as witness:
            before = self._cpu_s()
            entered = self._enter(self._count, cookie)
            cpu_s = self._cpu_s() - before
        self._leave()
        return {
            "identity": identity,
            "count": entered.connected,
            "seconds": entered.seconds,
            "cpu_s": round(cpu_s, 4),
            "process_left_kib": round(self._process_kib(), 1),
            "longest_wait_s": round(witness.longest_s, 4),
            "failures": entered.failures,
        }

    def _storm(self, how: Literal["asked to stop", "killed"]) -> dict[str, Any]:
        """Restart the server under all connections; the members come back by themselves."""
        stack = self._stack
        self._enter(self._count)
        self._crowd.must(Expect())
        (child,) = stack.children
        stack.children.clear()
        if how == "killed":
            child.process.kill()
        child.stop(_BACK_S)
        started = stack.start_worker()
        found = self._crowd.must(Gather(_BACK_S))
        cpu_s = started.cpu_seconds()
        stack.check_alive()
        self._leave()
        return {
            "how": how,
            "cut": found.cut,
            "back": found.connected,
            "seconds": found.seconds,
            "attempts": found.attempts,
            "cpu_s": round(cpu_s, 4),
            "failures": found.failures,
        }

    def _idle_cpu(self) -> float:
        before = self._cpu_s()
        time.sleep(self._idle_s)
        return round(self._cpu_s() - before, 4)

    def _cpu_s(self) -> float:
        return sum(self._stack.cpu_seconds())

    def _process_kib(self) -> float:
        pids = self._stack.processes().servers
        return sum(psutil.Process(pid).memory_info().rss for pid in pids) / _KIB


def _count_of(arm: Arm) -> int:
    """How many connections an arm gets."""
    scans = arm.framework == "django-channels" and arm.fanout == "memory"
    return min(CONNECTIONS, CONNECTIONS_IN_MEMORY) if scans else CONNECTIONS


def _registered(url: str) -> str:
    """Make an account; returns the Cookie header of its session. Raises BenchError."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    body = json.dumps({"username": "crowd", "password": "a long password of a crowd"})
    headers = {"Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/register", body, headers)
        answer = connection.getresponse()
        cookie = answer.getheader("Set-Cookie")
        said = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    if answer.status != 200 or cookie is None:
        raise BenchError(f"An account could not be made: HTTP {answer.status}, {said}")
    return cookie.partition(";")[0]


def _words(found: dict[str, Any]) -> str:
    first, last = found["idle"][0], found["idle"][-1]
    count = max(1, last["connections"])
    kib = (last["process_kib"] - first["process_kib"]) / count
    rate = [each["count"] / each["seconds"] for each in found["handshakes"]]
    back = ", ".join(f"{each['how']} {each['seconds']:.1f} s" for each in found["storms"])
    return (
        f"{count} connections, {kib:.1f} KiB each in the process; "
        f"{min(rate):.0f} to {max(rate):.0f} handshakes a second; all back after: {back}"
    )
