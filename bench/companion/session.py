"""The socket of one page. The page's members leave when it closes."""

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
    Stall,
    decode,
    encode,
)
from bench.companion.lag import Lag
from chat_core.close_codes import REASONS, CloseCode
from chat_core.rate_limit import Rate, TokenBucket

REPORT_EVERY_S: Final = 0.1
"""The shortest time between two reports of the number of members."""
MOST_WAITING: Final = 2000
"""The largest number of frames that wait for a page that does not read."""
EVICT_S: Final = 1.0
"""The longest time for the last frames and the close: a page that does not read delays no more."""
FRAMES: Final = Rate(per_second=50, burst=200)
"""The limit on frames from a page; the client asks for the time at most ten times a second."""
REFUSALS: Final = Rate(per_second=5, burst=100)


class Session:
    """Serves one page until its socket closes."""

    def __init__(self, socket: WebSocket, backends: Mapping[str, str], places: Places) -> None:
        self._socket = socket
        self._backends = backends
        self._places = places
        self._loop = asyncio.get_running_loop()
        self._room = ""
        self._crews: dict[str, Crew] = {}
        self._lag = Lag(self._loop)
        self._reported: dict[str, Members] = {}
        self._reporter: asyncio.TimerHandle | None = None
        self._last_report = float("-inf")
        self._waiting: deque[CompanionFrame] = deque()
        self._filled = asyncio.Event()
        self._out: asyncio.Future[int] = self._loop.create_future()
        self._frames = TokenBucket(FRAMES, self._loop.time())
        self._refusals = TokenBucket(REFUSALS, self._loop.time())

    async def run(self) -> None:
        """Serve until the page disconnects or is evicted."""
        tasks = [self._loop.create_task(work) for work in (self._read(), self._write())]
        ends: list[asyncio.Future[Any]] = [*tasks, self._out]
        self._lag.start()
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._lag.stop()
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await self._dismiss()
        if self._out.done():
            await self._evict(self._out.result())
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
            raise RefusedFrameError(f"At most {FRAMES.per_second:g} frames a second are accepted.")
        if text is None:
            raise RefusedFrameError("Only text frames are accepted.")
        match decode(text):
            case Set(room, members, backend):
                await self._set(room, members, backend)
            case Stall(backend):
                self._stall(backend)
            case AskClock(key):
                self._put(Clock(key, now_ms(), self._lag.ms))
            case Ping(key):
                self._put(Pong(key))

    async def _set(self, room: str, members: int, backend: str | None) -> None:
        if backend is not None and backend not in self._backends:
            raise RefusedFrameError(f"There is no backend named {backend!r}.")
        if room != self._room:
            await self._dismiss()
            self._room = room
            self._crews = {
                key: Crew(key, url, room, self._places, self._changed, self._put)
                for key, url in self._backends.items()
            }
        for key, crew in self._crews.items():
            if backend in (None, key):
                crew.set(members)

    def _stall(self, backend: str) -> None:
        if (crew := self._crews.get(backend)) is None:
            raise RefusedFrameError(f"There are no members on {backend!r}.")
        crew.stall()

    async def _dismiss(self) -> None:
        if self._reporter is not None:
            self._reporter.cancel()
            self._reporter = None
        crews, self._crews = self._crews, {}
        await asyncio.gather(*(crew.close() for crew in crews.values()))
        self._reported.clear()

    def _changed(self) -> None:
        if self._reporter is None:
            due = max(self._loop.time(), self._last_report + REPORT_EVERY_S)
            self._reporter = self._loop.call_at(due, self._report)

    def _report(self) -> None:
        self._reporter = None
        self._last_report = self._loop.time()
        for crew in self._crews.values():
            status = crew.status
            if self._reported.get(status.backend) != status:
                self._reported[status.backend] = status
                self._put(status)

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

    async def _evict(self, code: int) -> None:
        with suppress(WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(EVICT_S):
                await self._send_waiting()
        with suppress(WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(EVICT_S):
                await self._socket.close(code, REASONS[code])
