"""The environment of a run: processor, kernel, versions, commit, cores."""

import contextlib
import os
import platform
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from bench.stack.engines import find_redis_server
from bench.stack.postgres import find_postgres

_PACKAGES = (
    "django",
    "channels",
    "channels-redis",
    "daphne",
    "twisted",
    "autobahn",
    "fastapi",
    "starlette",
    "uvicorn",
    "granian",
    "gunicorn",
    "hypercorn",
    "wsproto",
    "websockets",
    "uvloop",
    "redis",
    "hiredis",
    "msgspec",
    "sqlalchemy",
    "aiosqlite",
    "psycopg",
    "psycopg-pool",
    "broadcaster",
    "asyncpg",
    "locust",
    "gevent",
    "picows",
    "hdrhistogram",
)
_SYSCTLS = (
    "net.core.rmem_max",
    "net.core.wmem_max",
    "net.core.somaxconn",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
)


@dataclass(frozen=True, slots=True)
class Pinning:
    """Cores of the servers with their Redis, and of the generator."""

    servers: frozenset[int]
    generator: frozenset[int]

    def as_dict(self) -> dict[str, list[int]]:
        """The cores as the raw results have them."""
        return {"servers": sorted(self.servers), "generator": sorted(self.generator)}


def pinning() -> Pinning:
    """The last core for the generator if there are two or more; the first ones for the servers."""
    if not hasattr(os, "sched_getaffinity"):
        return Pinning(frozenset(), frozenset())
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return Pinning(frozenset(cores), frozenset(cores))
    # A stack of one worker and its Redis share one core: the comparison is about one core.
    return Pinning(frozenset(cores[:1]), frozenset(cores[-1:]))


def pin_process(pid: int, cores: frozenset[int]) -> None:
    """Keep all threads of a process on these cores; new threads and children inherit them."""
    if cores and hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            for thread in psutil.Process(pid).threads():
                os.sched_setaffinity(thread.id, cores)


def machine() -> dict[str, Any]:
    """Processor, memory, kernel and operating system, without the host name."""
    return {
        "cpu": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "os": _distribution(),
    }


def machine_slug() -> str:
    """The name of the folder for this machine's results."""
    return re.sub(r"[^a-z0-9]+", "-", f"{_processor()} {os.cpu_count()} cores".lower()).strip("-")


def versions() -> dict[str, str]:
    """The versions of Python, the packages and the engines."""
    found = {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}
    if redis := find_redis_server():
        said = subprocess.run([redis, "--version"], capture_output=True, text=True, check=False)
        number = re.search(r"v=([0-9.]+)", said.stdout)
        found["redis-server"] = number[1] if number else "unknown"
    if postgres := find_postgres():
        command = [str(postgres / "postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        number = re.search(r"PostgreSQL\) ([0-9.]+)", said.stdout)
        found["postgresql"] = number[1] if number else "unknown"
    return found | {"sqlite": sqlite3.sqlite_version}


def commit(root: Path) -> tuple[str, bool]:
    """The commit, and whether files outside the results differ from it."""
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--", ".", ":!bench/results", ":!docs")
    except (OSError, subprocess.CalledProcessError):
        return "unknown", False
    return head, bool(changed)


def kernel_settings() -> dict[str, str]:
    """The kernel's limits on socket buffers and queues."""
    found = {}
    for name in _SYSCTLS:
        path = Path("/proc/sys", *name.split("."))
        if path.exists():
            found[name] = " ".join(path.read_text().split())
    return found


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2]
                return " ".join(re.sub(r"\([RTM]+\)|@.*", "", name).split())
    return platform.processor() or platform.machine()


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def steal_seconds(cores: frozenset[int]) -> float:
    """The time that the hypervisor has taken from these cores since the boot; 0.0 if unknown."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    names = {f"cpu{core}" for core in cores}
    rows = (line.split() for line in path.read_text().splitlines())
    ticks = sum(int(row[8]) for row in rows if row and row[0] in names)
    return ticks / os.sysconf("SC_CLK_TCK")
