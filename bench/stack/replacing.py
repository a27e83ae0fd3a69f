"""Replaces server processes of a running stack, one by one: they share a listening socket."""

import time
from typing import Final

from bench.errors import BenchError
from bench.stack.child import Child
from bench.stack.cpu_clock import tree
from bench.stack.stack import Stack, health
from chat_servers.settings import STOP_SECONDS

_START_S: Final = 60.0
_POLL_S: Final = 0.02


def wait_until_serving(stack: Stack, new: Child) -> None:
    """Wait until a new process takes requests: any of those that share the port may answer.

    Raises BenchError if it ends, or is not ready in 60 s.
    """
    deadline = time.monotonic() + _START_S
    while True:
        found = health(stack.url)
        if found is not None and found["pid"] in tree(new.pid):
            return
        if end := new.end:
            raise BenchError(f"A new process of {stack.arm.id} {end}")
        if time.monotonic() > deadline:
            raise BenchError(f"A new process of {stack.arm.id} is not ready in {_START_S:g} s.")
        time.sleep(_POLL_S)


def replace(stack: Stack, old: Child) -> Child:
    """Start a process, and stop an old one once the new one serves. Raises BenchError."""
    new = stack.start_worker()
    try:
        wait_until_serving(stack, new)
    except BenchError:
        stack.children.remove(new)
        new.stop()
        raise
    stack.children.remove(old)
    old.stop(STOP_SECONDS + 5)
    return new
