"""How a generator process runs: it answers the lines of its input until the input ends."""

import gc
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import gevent

from bench.load.bridge import SWITCH_INTERVAL_S, Bridge
from bench.load.chat_load import ChatLoad
from bench.load.pipes import emit, end_on_signals, lines
from bench.load.plane import JoinError

CONNECT_S: Final = 60.0
SETTLE_S: Final = 10.0
POLL_S: Final = 0.005

Answer = Callable[[bytes], Any]
"""Gives the answer to a line, or its last part."""


def serve(answer_with: Callable[[Bridge], Answer]) -> None:
    """Answer lines with what `answer_with` makes of a data plane."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # A collection of garbage in a window would add to its latencies. Each program collects between.
    gc.disable()
    end_on_signals()
    bridge = Bridge()
    answer = answer_with(bridge)
    try:
        for line in lines():
            emit(answer(line))
    except BrokenPipeError:
        # The parent process is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    finally:
        bridge.close()


def wait_for_joins(load: ChatLoad, users: int) -> None:
    """Wait until all users have their welcome. Raises JoinError."""
    start = time.perf_counter()
    while load.joined < users:
        if load.failure:
            raise JoinError(load.failure)
        if time.perf_counter() - start > CONNECT_S:
            raise JoinError(
                f"{load.joined} of {users} users had joined {load.options.url} "
                f"after {CONNECT_S:g} s"
            )
        gevent.sleep(POLL_S)


async def all_gone(plane: Any) -> None:
    """Silence and disconnect all members."""
    plane.talk(0)
    plane.leave_all()
