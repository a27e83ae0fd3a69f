"""Which process of a stack a member is served by, and the end of one."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

from bench.child import Child
from bench.stack import Stack
from tests.conformance.room import Member, Room


@contextlib.contextmanager
def only(stack: Stack, worker: Child) -> Iterator[None]:
    """Let this worker alone take connections."""
    others = [child for child in stack.children if child is not worker]
    try:
        for child in others:
            os.kill(child.pid, signal.SIGSTOP)
        for child in others:  # which may still take a connection until it stands
            os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        yield
    finally:
        for child in others:
            os.kill(child.pid, signal.SIGCONT)


def enter_on(stack: Stack, worker: Child, room: Room, name: str, **options: Any) -> Member:
    """A member who is served by this worker."""
    with only(stack, worker):
        member = room.connect(name, **options)
        assert member.frame()["server"]["pid"] == worker.pid
    return member


def kill(stack: Stack, worker: Child) -> None:
    """End a worker without a chance to say goodbye."""
    os.kill(worker.pid, signal.SIGKILL)
    stack.children.remove(worker)
    worker.stop()
