"""`python -m bench.load.session`: groups of Locust users that stay connected and take turns.

Orders (`bench.load.orders`) come on stdin, answers go to stdout, one line each. The process ends
when the input ends.
"""

# gevent patches the standard library, so this import must be the first.
import locust  # noqa: F401  # isort: skip
import gc
from collections.abc import Callable
from typing import Any

import msgspec
from locust.env import Environment

from bench import locustfile
from bench.load.bridge import Bridge
from bench.load.chat_load import ChatLoad
from bench.load.messages import Content
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
    Settle,
    TakeSlot,
    TakeWindow,
)
from bench.load.plane import JoinError
from bench.load.serving import SETTLE_S, all_gone, serve, wait_for_joins
from bench.load.turns import take_slot, take_window


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
            case Settle():
                self._bridge.call(lambda plane: plane.settle(SETTLE_S))
            case CloseAll():
                self._close_all()
            case TakeSlot() | TakeWindow():
                return self._take(order)
        return Done()

    def _begin(self, order: Begin) -> None:
        async def begin(plane: Any) -> None:
            plane.start(Content("text", order.payload), order.seed)

        self._bridge.call(begin)

    def _open(self, order: Open) -> None:
        """Connect the users of a group through Locust, and wait for their welcomes."""
        user = locustfile.Echo if order.room == 1 else locustfile.Chatter
        environment: Any = Environment(user_classes=[user], host=order.url)
        options = Options(
            order.url,
            room_size=order.room,
            # Two groups of one server must not meet in a room.
            prefix=f"{order.group.rpartition('/')[2]}-",
            group=order.group,
        )
        environment.chat_load = load = ChatLoad(self._bridge, options, rejoins=False)
        runner = environment.create_local_runner()
        self._runners.append(runner)
        runner.start(order.users, spawn_rate=order.users)
        wait_for_joins(load, order.users)
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
        self._bridge.call(all_gone)
        gc.collect()


def _answer(session: Session, line: bytes) -> Answer:
    try:
        return session.obey(msgspec.json.decode(line, type=Order))
    except msgspec.DecodeError as error:
        return Refused(f"the order cannot be read: {error}")
    except (RefusedError, JoinError) as error:
        return Refused(str(error))


def main() -> None:
    """Answer orders until the input ends."""

    def answer_with(bridge: Bridge) -> Callable[[bytes], Answer]:
        session = Session(bridge)
        return lambda line: _answer(session, line)

    serve(answer_with)


if __name__ == "__main__":
    main()
