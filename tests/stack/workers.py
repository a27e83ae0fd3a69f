"""Chooses the process of a stack that serves a member, and kills a process."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

from bench.stack.child import Child
from bench.stack.stack import Stack
from tests.conformance.room import Member, Room


@contextlib.contextmanager
def only(stack: Stack, worker: Child) -> Iterator[None]:
    """Let only this worker accept connections."""
    others = [child for child in stack.children if child is not worker]
    try:
        for child in others:
            os.kill(child.pid, signal.SIGSTOP)
        for child in others:  # each may still accept a connection until it is frozen
            os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        yield
    finally:
        for child in others:
            os.kill(child.pid, signal.SIGCONT)


def enter_on(stack: Stack, worker: Child, room: Room, name: str, **options: Any) -> Member:
    """A member on this worker."""
    with only(stack, worker):
        member = room.connect(name, **options)
        assert member.frame()["server"]["pid"] == worker.pid
    return member


def kill(stack: Stack, worker: Child) -> None:
    """Kill a worker, so that it cannot send close frames."""
    os.kill(worker.pid, signal.SIGKILL)
    stack.children.remove(worker)
    worker.stop()
