"""`python -m bench.load.session`: groups of Locust users that stay connected and take turns.

Orders (`bench.load.orders`) come on stdin, answers go to stdout, one line each. The process ends
when the input ends.
"""

# gevent patches the standard library, so this import must be the first.
import locust  # noqa: F401  # isort: skip
import gc
import logging
import os
import resource
import sys
import time
from typing import Any

import gevent
import msgspec
from locust.env import Environment

from bench import locustfile
from bench.load.bridge import SWITCH_INTERVAL_S, Bridge
from bench.load.chat_load import ChatLoad
from bench.load.messages import text_of
from bench.load.options import Options
from bench.load.orders import (
    Answer,
    Begin,
    Clocks,
    CloseAll,
    Done,
    Open,
    Order,
    Refused,
    TakeSlot,
    TakeWindow,
)
from bench.load.pipes import emit, end_on_signals, lines
from bench.load.turns import take_slot, take_window

CONNECT_S = 60.0
SETTLE_S = 10.0
POLL_S = 0.005


class RefusedError(Exception):
    """An order cannot be carried out; the text is one sentence."""


class Session:
    """All groups of one generator."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._clocks: dict[str, Clocks] = {}
        self._runners: list[Any] = []

    def obey(self, order: Order) -> Answer:
        """Carry out one order. Raises RefusedError."""
        match order:
            case Begin():
                self._begin(order)
            case Open():
                self._open(order)
            case CloseAll():
                self._close_all()
            case TakeSlot() | TakeWindow():
                return self._take(order)
        return Done()

    def _begin(self, order: Begin) -> None:
        async def begin(plane: Any) -> None:
            plane.start(text_of(order.payload), order.seed)

        self._bridge.call(begin)

    def _open(self, order: Open) -> None:
        """Connect the users of a group through Locust, and wait until their joins are told."""
        user = locustfile.Echo if order.room == 1 else locustfile.Chatter
        environment: Any = Environment(user_classes=[user], host=order.url)
        options = Options(
            order.url,
            room_size=order.room,
            prefix=f"{order.room}x",
            group=order.group,
        )
        environment.chat_load = load = ChatLoad(self._bridge, options, rejoins=False)
        runner = environment.create_local_runner()
        self._runners.append(runner)
        runner.start(order.users, spawn_rate=order.users)
        start = time.perf_counter()
        while load.joined < order.users:
            if load.failure:
                raise RefusedError(load.failure)
            if time.perf_counter() - start > CONNECT_S:
                joined = f"{load.joined} of {order.users} users had joined {order.url}"
                raise RefusedError(f"{joined} after {CONNECT_S:g} s")
            gevent.sleep(POLL_S)
        self._bridge.call(lambda plane: plane.settle(SETTLE_S))
        self._clocks[order.group] = order.clocks

    def _take(self, order: TakeSlot | TakeWindow) -> Answer:
        clocks = self._clocks.get(order.group)
        if clocks is None:
            raise RefusedError(f"There is no group {order.group!r}: open it first.")
        if isinstance(order, TakeSlot):
            return self._bridge.call(lambda plane: take_slot(plane, order, clocks))
        return self._bridge.call(lambda plane: take_window(plane, order, clocks))

    def _close_all(self) -> None:
        for runner in self._runners:
            runner.quit()
        self._runners.clear()
        self._clocks.clear()
        self._bridge.call(_all_gone)
        gc.collect()


async def _all_gone(plane: Any) -> None:
    plane.talk(0)
    plane.leave_all()


def _answer(session: Session, line: bytes) -> Answer:
    try:
        return session.obey(msgspec.json.decode(line, type=Order))
    except msgspec.DecodeError as error:
        return Refused(f"the order cannot be read: {error}")
    except RefusedError as error:
        return Refused(str(error))


def main() -> None:
    """Answer orders until the input ends."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # Collect garbage only between sessions: a collection inside a turn would add to latencies.
    gc.disable()
    end_on_signals()
    bridge = Bridge()
    session = Session(bridge)
    try:
        for line in lines():
            emit(_answer(session, line))
    except BrokenPipeError:
        # The parent process is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    finally:
        bridge.close()


if __name__ == "__main__":
    main()
