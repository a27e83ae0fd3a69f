"""One arm, running: its server processes on one port, and its Redis."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from bench import server_settings
from bench.arms import Arm
from bench.child import Child, cpu_seconds
from bench.engines import RedisEngine
from bench.errors import BenchError

_START_SECONDS = 30

BENCHMARK_SETTINGS: Mapping[str, str] = {"CHAT_RATE_LIMIT": "off"}
"""What a benchmark sets that a user would not."""


class Stack:
    """Starts an arm and stops it, without a trace.

    `redis` is an address, HOST:PORT/DB, of one that runs; otherwise an arm that needs a Redis has
    its own. Raises BenchError where it cannot be started.
    """

    def __init__(
        self,
        arm: Arm,
        *,
        port: int = 0,
        workers: int | None = None,
        redis: str | None = None,
        cpus: frozenset[int] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.arm = arm
        self.redis: RedisEngine | None = None
        self.children: list[Child] = []
        self._workers = workers or arm.workers
        self._redis_address = redis
        self._cpus = cpus
        self._environ = dict(environ or {})
        self._socket = _listen(port)
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
    def url(self) -> str:
        """Where it answers."""
        return f"http://{server_settings.HOST}:{self.port}"

    def ws_url(self, room: str, name: str | None = None, **query: str) -> str:
        """The address of a room's socket."""
        if name is not None:
            query = {"name": name} | query
        text = "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items())
        path = f"/ws/rooms/{quote(room, safe='')}"
        return f"ws://{server_settings.HOST}:{self.port}{path}" + (f"?{text}" if text else "")

    def start(self) -> None:
        """Start the engine and the processes, and do not wait for them."""
        try:
            if self.arm.needs_redis and self._redis_address is None:
                self.redis = RedisEngine(self._cpus)
                self._redis_address = self.redis.address
            for _ in range(self._workers):
                self.start_worker()
        except BaseException:
            self.stop()
            raise

    def start_worker(self) -> Child:
        """One more server process on the same port."""
        descriptor = self._socket.fileno()
        command = [sys.executable, "-m", "bench.serve", self.arm.server, self.arm.application]
        child = Child(
            [*command, str(descriptor)],
            environ=self._child_environ(),
            cpus=self._cpus,
            pass_fds=[descriptor],
        )
        self.children.append(child)
        return child

    def wait_until_healthy(self) -> dict[str, Any]:
        """Wait for /healthz to say ok, and return what it says. Raises BenchError."""
        deadline = time.monotonic() + _START_SECONDS
        try:
            while True:
                for child in self.children:
                    if not child.running:
                        raise BenchError(f"{self.arm.id} did not start: {child.last_line()}")
                if health := _health(self.url):
                    return health
                if time.monotonic() > deadline:
                    said = self.children[0].last_line()
                    raise BenchError(f"{self.arm.id} is not healthy in {_START_SECONDS} s: {said}")
                time.sleep(0.02)
        except BaseException:
            self.stop()
            raise

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU time until now of the server processes, and of the Redis of its own."""
        servers = sum(cpu_seconds(child.pid) for child in self.children if child.running)
        return servers, self.redis.child.cpu_seconds() if self.redis else 0.0

    def stop(self) -> None:
        """Stop the processes, then the engine."""
        for child in self.children:
            child.ask_to_stop()
        while self.children:
            self.children.pop().stop(server_settings.STOP_SECONDS + 5)
        if self.redis is not None:
            self.redis.stop()
            self.redis = None
            self._redis_address = None
        self._socket.close()

    def _child_environ(self) -> dict[str, str]:
        address = self._redis_address or ""
        own = {
            "CHAT_FANOUT": f"{self.arm.scheme}://{address if self.arm.needs_redis else ''}",
            "CHAT_HISTORY": self.arm.history,
            "CHAT_VARIANT": self.arm.variant,
            "CHAT_SECRET_KEY": "one key for all workers of a local stack",
        }
        inherited = {key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")}
        return inherited | own | self._environ


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    # Not on Linux alone would a port in TIME_WAIT otherwise be refused.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((server_settings.HOST, port))
        listener.listen(server_settings.BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise BenchError(f"Port {port} cannot be had: {_words(error)}.") from None
    return listener


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _health(url: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:
            health: dict[str, Any] = json.load(response)
            return health if health.get("status") == "ok" else None
    except (OSError, ValueError):
        return None
