"""One run of Tsung, which leaves no process and no file behind."""

import contextlib
import os
import resource
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

from bench.errors import BenchError
from bench.experiments.generators.tsung_plan import TsungFound, TsungLoad, configuration, found_in
from bench.stack import kernel
from bench.stack.child import Child
from bench.stack.cpu_clock import tree_cpu_seconds
from bench.stack.ports import free_port
from bench.stack.temporary import TemporaryFolder

MISSING: Final = (
    "Tsung is not installed, so it is left out: on Debian, `apt-get install tsung` adds it"
)
_LIMIT_S: Final = 60.0
"""Beside the time that its users need."""
_POLL_S: Final = 0.02
_LEFT_S: Final = 5.0


def find_tsung() -> str | None:
    """The program; None if it or the Erlang that it needs is not installed."""
    return shutil.which("tsung") if _epmd() else None


def run_tsung(url: str, load: TsungLoad, cpus: frozenset[int]) -> tuple[TsungFound, float]:
    """What Tsung found, and its CPU seconds from its first connection on. Raises BenchError."""
    folder = TemporaryFolder()
    port = free_port()
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder.path),
        # A name server of Erlang for this run alone: otherwise Erlang starts one that stays.
        "ERL_EPMD_PORT": str(port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    names = Child([_epmd() or "", "-port", str(port)], environ=environ, cpus=cpus)
    try:
        cpu_s = _run(url, load, cpus, folder.path, environ)
        return found_in(folder.path, load), cpu_s
    finally:
        names.stop()
        folder.remove()


def _run(
    url: str, load: TsungLoad, cpus: frozenset[int], folder: Path, environ: dict[str, str]
) -> float:
    plan, logs = folder / "tsung.xml", folder / "logs"
    plan.write_text(configuration(url, load), "utf-8")
    logs.mkdir()
    options = ["-f", str(plan), "-l", str(logs), "-n", "-I", "127.0.0.1", "start"]
    earlier_s, started = _children_s(), list[psutil.Process]()
    child = Child([find_tsung() or "", *options], environ=environ, cpus=cpus, cwd=str(folder))
    deadline = time.monotonic() + _LIMIT_S + 2 * load.think_s * (load.warm_up + load.messages)
    try:
        _wait_for_connection(child, int(urlsplit(url).port or 0), deadline)
        started, before = psutil.Process(child.pid).children(True), tree_cpu_seconds(child.pid)
        _wait_for_end(child, deadline)
        return _children_s() - earlier_s - before
    finally:
        _end(child, started)


def _wait_for_connection(child: Child, port: int, deadline: float) -> None:
    while not any(each.peer == port for each in kernel.connections()):
        if not child.running or time.monotonic() > deadline:
            raise BenchError(f"Tsung did not connect: {child.last_line() or 'it said nothing'}")
        time.sleep(_POLL_S)


def _wait_for_end(child: Child, deadline: float) -> None:
    try:
        code = child.process.wait(deadline - time.monotonic())
    except subprocess.TimeoutExpired:
        raise BenchError(f"Tsung did not end in time: {child.last_line()}") from None
    if code:
        raise BenchError(f"Tsung failed: {child.last_line() or 'it said nothing'}")


def _children_s() -> float:
    """CPU seconds of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _end(child: Child, started: list[psutil.Process]) -> None:
    """End it with all that it has started: its shell does not pass signals on."""
    if child.running:
        started = psutil.Process(child.pid).children(True)
    else:
        # What it has ended may need a moment.
        _, started = psutil.wait_procs(started, _LEFT_S)
    for each in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(started, _LEFT_S)
    child.stop()


def _epmd() -> str | None:
    return shutil.which("epmd")
