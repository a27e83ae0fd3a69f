"""What is seen from outside while a case runs: memory, socket queues, Redis' buffers."""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

import psutil
import redis

from bench.stack import kernel
from bench.stack.stack import Stack

_PERIOD_S: Final = 0.05


class Watch:
    """Looks often, in a thread, from `with` until its end; all sizes are the largest ones seen.

    `ports`: the members' ends of the connections, by the members' names.
    """

    def __init__(self, stack: Stack, ports: Mapping[str, int]) -> None:
        self.peak_bytes = 0
        """Resident memory of the server."""
        self.unread: dict[str, int] = {}
        """Bytes that the server's kernel (`server from NAME`) or the member's kernel
        (`NAME`) had received, and that the program had not read."""
        self.unsent: dict[str, int] = {}
        """Bytes that the server (`server to NAME`) or the member (`NAME`) had written, and that
        the other end had not acknowledged."""
        self.redis_waiting = 0
        """Bytes that waited in Redis for one of its clients."""
        self._stack = stack
        self._names = {port: name for name, port in ports.items()}
        self._processes = [psutil.Process(pid) for pid in stack.processes().servers]
        self.before_bytes = self._memory()
        self._redis = (
            None if stack.redis is None else redis.Redis.from_url(f"redis://{stack.redis.address}")
        )
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_often)

    def __enter__(self) -> Self:
        self._counters = kernel.counters()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        if self._redis is not None:
            self._redis.close()

    def counted(self) -> dict[str, int]:
        """By how much the kernel's counters grew since the begin; those that did."""
        now = kernel.counters()
        grown = {name: now[name] - self._counters.get(name, 0) for name in now}
        return {name: more for name, more in grown.items() if more}

    def _look_often(self) -> None:
        while not self._ended.wait(_PERIOD_S):
            self.peak_bytes = max(self.peak_bytes, self._memory())
            for each in kernel.connections():
                self._note(each)
            if self._redis is not None:
                waiting = (int(each["omem"]) for each in self._redis.client_list())
                self.redis_waiting = max(self.redis_waiting, *waiting, 0)

    def _note(self, end: kernel.Connection) -> None:
        if end.peer == self._stack.port and end.port in self._names:
            name = self._names[end.port]
            _keep(self.unread, name, end.unread)
            _keep(self.unsent, name, end.unsent)
        elif end.port == self._stack.port and end.peer in self._names:
            name = self._names[end.peer]
            _keep(self.unread, f"server from {name}", end.unread)
            _keep(self.unsent, f"server to {name}", end.unsent)

    def _memory(self) -> int:
        return sum(each.memory_info().rss for each in self._processes if each.is_running())


def _keep(largest: dict[str, int], name: str, size: int) -> None:
    if size:
        largest[name] = max(largest.get(name, 0), size)
