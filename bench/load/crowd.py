"""`python -m bench.load.crowd`: thousands of members that say nothing.

Orders (`bench.load.crowd_orders`) come on stdin, answers go to stdout. The members answer the
server's pings. The process ends when the input ends.
"""

import asyncio
import os
import random
import resource
import sys
import time
from collections import Counter
from typing import Final

import msgspec
import picows
import uvloop

from bench.load.crowd_orders import (
    Answer,
    CannotRead,
    Enter,
    Entered,
    Expect,
    Gather,
    Gone,
    Leave,
    Order,
)
from bench.load.joining import JOIN_S, connect, words
from chat_core.frames import SUBPROTOCOL

_AGAIN_S: Final = (0.05, 2.0)
"""The first and the longest wait before a member that was cut tries again; each wait doubles, and
is between half of it and all of it."""
_LEAVE_S: Final = 30.0
_WELCOME: Final = b'"welcome"'


class Visitor(picows.WSListener):
    """One member; `inside` is set by the welcome."""

    def __init__(self, crowd: "Crowd", number: int, enter: Enter) -> None:
        super().__init__()
        self.number = number
        self.enter = enter
        self.inside: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._crowd = crowd
        self._end = "cut before the welcome"
        self._transport: picows.WSTransport | None = None

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        self._transport = transport

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type == picows.WSMsgType.CLOSE:
            code = int.from_bytes(frame.get_payload_as_bytes()[:2], "big") or 1005
            self._end = f"closed with {code} before the welcome"
            transport.send_close(1000)  # type: ignore[arg-type]
            transport.disconnect()
        elif not self.inside.done() and _WELCOME in frame.get_payload_as_bytes()[:64]:
            self.inside.set_result(None)

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        if not self.inside.done():
            self.inside.set_exception(ConnectionError(self._end))
            self.inside.exception()
        self._crowd.ended(self)

    def leave(self) -> None:
        """Say goodbye."""
        if self._transport is not None:
            self._transport.send_close(1000)  # type: ignore[arg-type]
            self._transport.disconnect()


class Crowd:
    """All members of this process."""

    def __init__(self) -> None:
        self._inside: set[Visitor] = set()
        self._failures: Counter[str] = Counter()
        self._coming_back: set[asyncio.Task[None]] = set()
        self._expecting = False
        self._cut = 0
        self._attempts = 0
        self._first_cut: float | None = None
        self._last_welcome = 0.0
        self._number = 0
        self._handshakes = asyncio.Semaphore(1)

    async def obey(self, order: Order) -> Answer:
        """Carry out one order."""
        match order:
            case Enter():
                return await self._enter(order)
            case Leave():
                return await self._leave()
            case Expect():
                self._expecting, self._cut, self._attempts, self._first_cut = True, 0, 0, None
                return Entered(len(self._inside), 0.0)
            case Gather():
                return await self._gather(order.seconds)

    def ended(self, visitor: Visitor) -> None:
        """A connection has ended; a member that was cut may come back."""
        if visitor not in self._inside:
            return
        self._inside.discard(visitor)
        if not self._expecting:
            return
        self._cut += 1
        self._first_cut = self._first_cut or time.monotonic()
        task = asyncio.get_running_loop().create_task(self._come_back(visitor))
        self._coming_back.add(task)
        task.add_done_callback(self._coming_back.discard)

    async def _enter(self, order: Enter) -> Entered:
        self._handshakes = asyncio.Semaphore(order.at_once)
        self._failures.clear()
        began = time.monotonic()
        numbers = range(self._number, self._number + order.count)
        self._number += order.count
        await asyncio.gather(*(self._try(Visitor(self, each, order)) for each in numbers))
        seconds = time.monotonic() - began
        return Entered(len(self._inside), round(seconds, 4), dict(self._failures))

    async def _try(self, visitor: Visitor) -> bool:
        """Whether the member got its welcome; otherwise the reason is counted."""
        async with self._handshakes:
            self._attempts += 1
            try:
                async with asyncio.timeout(JOIN_S):
                    await self._connect(visitor)
                    await visitor.inside
            except (OSError, picows.WSError, TimeoutError) as error:
                visitor.leave()
                self._failures[words(error) or type(error).__name__] += 1
                return False
        self._inside.add(visitor)
        self._last_welcome = time.monotonic()
        return True

    async def _connect(self, visitor: Visitor) -> None:
        number, enter = visitor.number, visitor.enter
        headers = {"Sec-WebSocket-Protocol": SUBPROTOCOL}
        if enter.cookie:
            headers["Cookie"] = enter.cookie
        await connect(visitor, enter.url, f"c{number}", f"v{number}", extra_headers=headers)

    async def _come_back(self, before: Visitor) -> None:
        wait, longest = _AGAIN_S
        while self._expecting:
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, longest)
            if await self._try(Visitor(self, before.number, before.enter)):
                return

    async def _gather(self, seconds: float) -> Entered:
        deadline = time.monotonic() + seconds
        await self._back_or(deadline)
        self._expecting = False
        took = 0.0 if self._first_cut is None else self._last_welcome - self._first_cut
        return Entered(
            len(self._inside), round(took, 4), dict(self._failures), self._cut, self._attempts
        )

    async def _leave(self) -> Gone:
        self._expecting = False
        leaving, self._inside = self._inside, set()
        for visitor in leaving:
            visitor.leave()
        await self._back_or(time.monotonic() + _LEAVE_S)
        return Gone()

    async def _back_or(self, deadline: float) -> None:
        """Wait until nobody is on the way back, or until the deadline."""
        while self._coming_back and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(self._coming_back, timeout=left)


async def _serve() -> None:
    crowd, reader = Crowd(), asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        try:
            answer = await crowd.obey(msgspec.json.decode(line, type=Order))
        except msgspec.DecodeError as error:
            answer = CannotRead(str(error))
        os.write(1, msgspec.json.encode(answer) + b"\n")


def main() -> None:
    """Answer orders until the input ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_serve())


if __name__ == "__main__":
    main()
