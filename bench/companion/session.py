"""One page's socket: what it asks for, and what it is told; its members leave when it closes."""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.companion.clock import now_ms
from bench.companion.crew import Crew, Places
from bench.companion.frames import (
    AskClock,
    Clock,
    CompanionFrame,
    Error,
    Members,
    Ping,
    Pong,
    RefusedFrameError,
    Set,
    decode,
    encode,
)
from chat_core.close_codes import REASONS, CloseCode
from chat_core.rate_limit import Rate, TokenBucket

TELL_EVERY_S: Final = 0.1
"""How many members there are is told so often at most."""
MOST_WAITING: Final = 2000
"""Frames for a page that does not read."""
PUT_OUT_S: Final = 1.0
"""Who does not read does not read the goodbye either."""
FRAMES: Final = Rate(per_second=50, burst=200)
"""What a page may say; the client asks for the time ten times a second at most."""
REFUSALS: Final = Rate(per_second=5, burst=100)


class Session:
    """Serves one page until its socket closes."""

    def __init__(self, socket: WebSocket, backends: Mapping[str, str], places: Places) -> None:
        self._socket = socket
        self._backends = backends
        self._places = places
        self._loop = asyncio.get_running_loop()
        self._room = ""
        self._crews: list[Crew] = []
        self._told: dict[str, Members] = {}
        self._teller: asyncio.TimerHandle | None = None
        self._last_told = float("-inf")
        self._waiting: deque[CompanionFrame] = deque()
        self._filled = asyncio.Event()
        self._out: asyncio.Future[int] = self._loop.create_future()
        self._frames = TokenBucket(FRAMES, self._loop.time())
        self._refusals = TokenBucket(REFUSALS, self._loop.time())

    async def run(self) -> None:
        """Until the page goes, or is put out."""
        tasks = [self._loop.create_task(work) for work in (self._read(), self._write())]
        ends: list[asyncio.Future[Any]] = [*tasks, self._out]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await self._dismiss()
        if self._out.done():
            await self._put_out(self._out.result())
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
                raise outcome

    async def _read(self) -> None:
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            try:
                await self._take(message.get("text"))
            except RefusedFrameError as refused:
                self._put(Error(str(refused)))
                if not self._refusals.take(self._loop.time()):
                    self._end(CloseCode.POLICY_VIOLATION)
                    return

    async def _take(self, text: str | None) -> None:
        if not self._frames.take(self._loop.time()):
            raise RefusedFrameError(f"At most {FRAMES.per_second:g} frames a second are taken.")
        if text is None:
            raise RefusedFrameError("Only text frames are taken.")
        match decode(text):
            case Set(room, members):
                await self._set(room, members)
            case AskClock(key):
                self._put(Clock(key, now_ms()))
            case Ping(key):
                self._put(Pong(key))

    async def _set(self, room: str, members: int) -> None:
        if room != self._room:
            await self._dismiss()
            self._room = room
            self._crews = [
                Crew(key, url, room, self._places, self._changed, self._put)
                for key, url in self._backends.items()
            ]
        for crew in self._crews:
            crew.set(members)

    async def _dismiss(self) -> None:
        if self._teller is not None:
            self._teller.cancel()
            self._teller = None
        crews, self._crews = self._crews, []
        await asyncio.gather(*(crew.close() for crew in crews))
        self._told.clear()

    def _changed(self) -> None:
        if self._teller is None:
            due = max(self._loop.time(), self._last_told + TELL_EVERY_S)
            self._teller = self._loop.call_at(due, self._tell)

    def _tell(self) -> None:
        self._teller = None
        self._last_told = self._loop.time()
        for crew in self._crews:
            told = crew.told
            if self._told.get(told.backend) != told:
                self._told[told.backend] = told
                self._put(told)

    def _put(self, frame: CompanionFrame) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(frame)
            self._filled.set()
        else:
            self._end(CloseCode.TOO_SLOW)

    async def _write(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            await self._send_waiting()

    async def _send_waiting(self) -> None:
        while self._waiting:
            await self._socket.send_text(encode(self._waiting.popleft()))

    def _end(self, code: int) -> None:
        if not self._out.done():
            self._out.set_result(code)

    async def _put_out(self, code: int) -> None:
        with suppress(WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(PUT_OUT_S):
                await self._send_waiting()
        with suppress(WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(PUT_OUT_S):
                await self._socket.close(code, REASONS[code])
