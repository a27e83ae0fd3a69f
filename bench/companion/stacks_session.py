"""The socket of one page that looks at the stacks of `chatbench up`, and may ask for other ones."""

import asyncio
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.companion.controls import (
    OFF_WORDS,
    Answer,
    Stacks,
    Wrong,
    decode,
    encode,
)
from bench.companion.frames import Ping, Pong, RefusedFrameError
from bench.companion.line import Line
from chat_core.rate_limit import Rate, TokenBucket

FRAMES: Final = Rate(per_second=2, burst=20)
"""The limit on frames from a page: a person presses buttons."""
MOST_WAITING: Final = 50
"""The largest number of frames that wait for a page that does not read."""


class StacksSession:
    """Serves one page until its socket closes."""

    def __init__(self, socket: WebSocket, line: Line) -> None:
        self._socket = socket
        self._line = line
        self._waiting: asyncio.Queue[Answer] = asyncio.Queue(MOST_WAITING)
        self._frames = TokenBucket(FRAMES, asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Serve until the page disconnects."""
        tasks = [asyncio.create_task(work) for work in (self._read(), self._write())]
        try:
            await self._line.listen(self._told)
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._line.forget(self._told)
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
                raise outcome

    def _told(self, stacks: Stacks) -> None:
        self._put(stacks)

    async def _read(self) -> None:
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            try:
                self._take(message)
            except RefusedFrameError as refused:
                self._put(Wrong(str(refused)))

    def _take(self, message: Any) -> None:
        if not self._frames.take(asyncio.get_running_loop().time()):
            raise RefusedFrameError(f"At most {FRAMES.per_second:g} frames a second are accepted.")
        text = message.get("text")
        if text is None:
            raise RefusedFrameError("Only text frames are accepted.")
        frame = decode(text)
        if isinstance(frame, Ping):
            self._put(Pong(frame.id))
        elif self._line.off:
            raise RefusedFrameError(OFF_WORDS[self._line.off])
        else:
            self._line.ask(frame)

    def _put(self, answer: Answer) -> None:
        """Keep a frame for the page. A page that does not read loses the oldest one."""
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(answer)

    async def _write(self) -> None:
        while True:
            await self._socket.send_text(encode(await self._waiting.get()))
