"""A running arm: its server processes on one port, its engines and its history."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.stack import machine, server_settings
from bench.stack.child import Child, cpu_seconds
from bench.stack.cpu_clock import tree
from bench.stack.engines import RedisEngine
from bench.stack.postgres import PostgresEngine
from bench.stack.storage import Storage
from chat_servers.settings import BACKLOG, STOP_SECONDS

_NO_ASGI_SERVERS: Mapping[str, Sequence[str]] = {"picows": ("bench.baselines.serve",)}

BENCHMARK_SETTINGS: Mapping[str, str] = {"CHAT_RATE_LIMIT": "off"}
"""Settings for benchmarks only."""


ONE_ADDRESS: Mapping[str, str] = {"CHAT_BYTE_RATE": "off", "CHAT_HANDSHAKE_RATE": "off"}
"""All requests to a stack come from one address, so limits per address would limit all of them."""


class CpuSeconds(NamedTuple):
    """User and system time in seconds until now, of the server processes and of local engines."""

    servers: float
    redis: float
    postgresql: float


class Processes(NamedTuple):
    """The pids of a stack by role; `postgresql` is the first process of its tree, or None."""

    servers: list[int]
    redis: list[int]
    postgresql: int | None


class Stack:
    """Starts an arm and stops it; nothing of it stays behind.

    `redis` and `postgres` are addresses (HOST:PORT/DB) for the fan-out. `history` is off, sqlite,
    postgresql or a URL in the format of CHAT_HISTORY; the default is the arm's. If an address is
    missing that the arm needs, the stack starts a local engine or makes a file; both exist, with
    their data, until `stop`. `host` is the IPv4 address on which the servers listen. Raises
    BenchError if the arm cannot be started.
    """

    serve: Sequence[str] = ("chat_servers",)
    """The module that serves an ASGI application, and what it is told first."""

    start_seconds = 90
    """How long the start may take, beside other work on a slow machine."""

    def __init__(
        self,
        arm: Arm,
        *,
        port: int = 0,
        workers: int | None = None,
        redis: str | None = None,
        postgres: str | None = None,
        history: str | None = None,
        cpus: frozenset[int] | None = None,
        environ: Mapping[str, str] | None = None,
        host: str = server_settings.HOST,
    ) -> None:
        self.arm = arm
        self.children: list[Child] = []
        self._workers = workers or arm.workers
        self._storage = Storage(arm, history, redis, postgres, cpus)
        self._cpus = cpus
        self._environ = {**ONE_ADDRESS, **(environ or {})}
        self._host = host
        self._socket = listen(port, host)
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_healthy()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def redis(self) -> RedisEngine | None:
        """The local Redis that the stack started, or None."""
        return self._storage.redis

    @property
    def postgres(self) -> PostgresEngine | None:
        """The local PostgreSQL that the stack started, or None."""
        return self._storage.postgres

    @property
    def history(self) -> str:
        """The value of CHAT_HISTORY."""
        return self._storage.history

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self._host}:{self.port}"

    def ws_url(self, room: str, name: str | None = None, **query: str) -> str:
        """The WebSocket URL of a room."""
        if name is not None:
            query = {"name": name} | query
        text = "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items())
        path = f"/ws/rooms/{quote(room, safe='')}"
        return f"ws://{self._host}:{self.port}{path}" + (f"?{text}" if text else "")

    def start(self) -> None:
        """Start the engines, migrate, and start the processes without waiting for them."""
        try:
            self._storage.start()
            self._storage.migrate(self._child_environ())
            for _ in range(self._workers):
                self.start_worker()
        except BaseException:
            self.stop()
            raise

    def start_worker(self) -> Child:
        """Start one more server process on the same port."""
        descriptor = self._socket.fileno()
        serve = _NO_ASGI_SERVERS.get(self.arm.server, self.serve)
        command = [sys.executable, "-m", *serve, self.arm.server, self.arm.application]
        child = Child(
            [*command, str(descriptor)],
            environ=self._child_environ(),
            cpus=self._cpus,
            pass_fds=[descriptor],
        )
        self.children.append(child)
        return child

    def wait_until_healthy(self) -> dict[str, Any]:
        """Wait until /healthz says ok, and return its JSON. Raises BenchError."""
        deadline = time.monotonic() + self.start_seconds
        try:
            while True:
                for child in self.children:
                    if not child.running:
                        raise BenchError(f"{self.arm.id} did not start: {child.last_line()}")
                if answer := health(self.url):
                    return answer
                if time.monotonic() > deadline:
                    said = self.children[0].last_line()
                    raise BenchError(
                        f"{self.arm.id} is not healthy in {self.start_seconds} s: {said}"
                    )
                time.sleep(0.02)
        except BaseException:
            self.stop()
            raise

    def processes(self) -> Processes:
        """The processes that work for this stack now."""
        redis, postgres = self._storage.redis, self._storage.postgres
        return Processes(
            [pid for child in self.children for pid in tree(child.pid)],
            [] if redis is None else [redis.child.pid],
            None if postgres is None else postgres.child.pid,
        )

    def pin(self, cpus: frozenset[int]) -> None:
        """Keep all processes and threads of this stack on these cores from now on."""
        processes = self.processes()
        postgres = () if processes.postgresql is None else tree(processes.postgresql)
        for pid in (*processes.servers, *processes.redis, *postgres):
            machine.pin_process(pid, cpus)

    def check_alive(self) -> None:
        """Raise BenchError if a server process or an engine of the stack ended by itself.

        A measurement calls this after each window: without its server, the listening socket of the
        stack still takes connections, and the CPU time of a dead process is missing.
        """
        for child in self.children:
            if end := child.end:
                raise BenchError(f"A process of {self.arm.id} {end}")
        self.check_engines()

    def check_engines(self) -> None:
        """Raise BenchError if an engine of the stack ended by itself."""
        for name, child in self._storage.children.items():
            if end := child.end:
                raise BenchError(f"{name} of {self.arm.id} {end}")

    def cpu_seconds(self) -> CpuSeconds:
        """CPU time until now."""
        servers = sum(cpu_seconds(child.pid) for child in self.children if child.running)
        return CpuSeconds(servers, *self._storage.cpu_seconds())

    def stop(self) -> None:
        """Stop the processes, then the engines."""
        for child in self.children:
            child.ask_to_stop()
        while self.children:
            self.children.pop().stop(STOP_SECONDS + 5)
        self._storage.stop()
        self._socket.close()

    def _child_environ(self) -> dict[str, str]:
        own = {
            "CHAT_FANOUT": self._storage.fanout,
            "CHAT_HISTORY": self._storage.history,
            "CHAT_VARIANT": self.arm.variant,
            "CHAT_SECRET_KEY": "one key for all workers of a local stack, of some length",
        }
        inherited = {key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")}
        return inherited | own | self._environ


def listen(port: int, host: str = server_settings.HOST) -> socket.socket:
    """Take a port of an address of this machine, 0 for a free one. Raises BenchError."""
    listener = socket.socket()
    # Without this option, a port in TIME_WAIT would be refused.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise BenchError(f"Port {port} cannot be had: {_words(error)}.") from None
    return listener


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def health(url: str) -> dict[str, Any] | None:
    """The JSON of /healthz if it says ok; None otherwise."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:
            answer: dict[str, Any] = json.load(response)
            return answer if answer.get("status") == "ok" else None
    except (OSError, ValueError):
        return None
