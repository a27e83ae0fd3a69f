"""What an attack costs the server's memory, and others' time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psutil

from bench.stack.stack import Stack
from tests.attack import MIB
from tests.conformance.connection import ClosedError
from tests.conformance.room import Member, Room

_BETWEEN_SECONDS = 0.05
_PATIENCE_SECONDS = 30.0


class Bystander:
    """Somebody who asks for /healthz and says ping in a room, again and again, in a thread."""

    def __init__(self, stack: Stack, member: Member) -> None:
        self.answers = 0
        self.longest = 0.0
        """Seconds that one question waited for its answer."""
        self.peak = 0
        """Bytes of resident memory, of all the server's processes."""
        self.trouble: Exception | None = None
        self._stack = stack
        self._member = member
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask once more, and end."""
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            while not self._done.wait(_BETWEEN_SECONDS):
                self.ask()
            self.ask()
        except (AssertionError, ClosedError, ValueError, httpx.HTTPError) as trouble:
            self.trouble = trouble

    def ask(self) -> None:
        """One question of each kind."""
        self.peak = max(self.peak, resident(self._stack))
        for question in (self._ask_health, self._ask_pong):
            began = time.monotonic()
            question()
            self.longest = max(self.longest, time.monotonic() - began)
            self.answers += 1

    def _ask_health(self) -> None:
        answer_of(self._stack)

    def _ask_pong(self) -> None:
        self._member.until("pong", _PATIENCE_SECONDS, id=self._member.ping())


@contextmanager
def limits(stack: Stack, *, memory: int = 32 * MIB, wait: float = 3.0) -> Iterator[Bystander]:
    """Fail where the body costs more than `memory` bytes, or lets others wait `wait` seconds."""
    with Room(stack.url) as room:
        bystander = Bystander(stack, room.enter("bystander"))
        bystander.ask()  # what is loaded at the first question is no cost of the attack
        before = resident(stack)
        bystander.longest = bystander.answers = 0
        bystander.start()
        try:
            yield bystander
        finally:
            bystander.stop()
        grown = max(bystander.peak, resident(stack)) - before
        assert bystander.trouble is None, f"others are not answered: {bystander.trouble}"
        assert bystander.answers > 0
        assert bystander.longest < wait, f"others waited {bystander.longest:.1f} s"
        assert grown < memory, f"memory grew by {grown / MIB:.0f} MiB"


def answer_of(stack: Stack) -> dict[str, Any]:
    """What /healthz says, over a new connection: one that is kept may have its answer ready."""
    answer = httpx.get(f"{stack.url}/healthz", timeout=_PATIENCE_SECONDS, trust_env=False)
    found: dict[str, Any] = answer.json()
    return found


def resident(stack: Stack) -> int:
    """Bytes of memory of the server's processes."""
    return sum(psutil.Process(child.pid).memory_info().rss for child in stack.children)


def written(stack: Stack) -> int:
    """Bytes that the server's processes have written, to files and to sockets."""
    return sum(psutil.Process(child.pid).io_counters()[5] for child in stack.children)


def holds(stack: Stack, client: socket.socket) -> bool:
    """Whether a server process still has its end of a client's connection."""
    port = client.getsockname()[1]
    return any(
        each.raddr and each.raddr.port == port
        for child in stack.children
        for each in psutil.Process(child.pid).net_connections("tcp")
    )


def until(
    true: Callable[[], bool], otherwise: str, meanwhile: Callable[[], object], seconds: float = 20
) -> None:
    """Wait for something that becomes true; do something besides, as staying alive."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, otherwise
        meanwhile()
