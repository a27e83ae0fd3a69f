"""A member of the room: sends numbered messages, and notes which ones came."""

import asyncio
import json
import os
import struct
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.experiments.loss.plan import Kind

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_OPEN_S: Final = 15.0


class Member:
    """Enters with `enter`, then `listen`s until its connection ends or it is cancelled.

    `sent_at` says when a message was handed to the sender's socket, in seconds of the monotonic
    clock. `pause_s` is a pause after each frame; while `reading` is not set, nothing is read.
    """

    def __init__(
        self, name: str, sent_at: Callable[[int], float | None], pause_s: float = 0.0
    ) -> None:
        self.name = name
        self.arrived: Counter[int] = Counter()
        """How often each message came, by its number."""
        self.reordered = 0
        self.longest_wait_s = 0.0
        """From a message's send to its arrival here."""
        self.refused: dict[int, str] = {}
        """The codes of the error frames, by the message's number."""
        self.end: str | None = None
        """The close code and the reason, once the connection has ended."""
        self.last_arrival = 0.0
        self.reading = asyncio.Event()
        self.reading.set()
        self._sent_at = sent_at
        self._pause_s = pause_s
        self._newest = -1
        self._socket: ClientConnection | None = None

    async def enter(self, url: str) -> int:
        """Connect, and read the welcome; returns the port of this end. Raises OSError and others.

        Compression and pings are off, as in all members of the bench.
        """
        self._socket = await connect(
            url,
            compression=None,
            proxy=None,
            open_timeout=_OPEN_S,
            max_size=None,
            max_queue=1,
            ping_interval=None,
            close_timeout=0.2,
        )
        await self._socket.recv()
        port: int = self._socket.local_address[1]
        return port

    async def listen(self) -> None:
        """Read until the connection ends."""
        assert self._socket is not None
        try:
            while True:
                await self.reading.wait()
                self._take(await self._socket.recv())
                if self._pause_s:
                    await asyncio.sleep(self._pause_s)
        except ConnectionClosed:
            code, reason = self._socket.close_code, self._socket.close_reason
            self.end = f"{code} {reason or ''}".strip()

    async def send(self, data: str | bytes) -> bool:
        """Hand a frame to the socket; False if the connection has ended."""
        assert self._socket is not None
        try:
            await self._socket.send(data)
        except (OSError, WebSocketException):
            return False
        return True

    async def leave(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()

    def _take(self, data: str | bytes) -> None:
        frame = _header(data)
        match frame["type"]:
            case "message" | "image":
                self._note(int(frame["id"]))
            case "error" if "id" in frame:
                self.refused[int(frame["id"])] = frame["code"]
            case "error":
                self.refused[-1] = frame["code"]

    def _note(self, number: int) -> None:
        self.last_arrival = time.monotonic()
        self.arrived[number] += 1
        if number < self._newest:
            self.reordered += 1
        self._newest = max(self._newest, number)
        sent = self._sent_at(number)
        if sent is not None:
            self.longest_wait_s = max(self.longest_wait_s, self.last_arrival - sent)


def frame_of(kind: Kind, size: int) -> Callable[[int], str | bytes]:
    """Makes the frame of a number: a text of `size` bytes, or a picture of `size` bytes."""
    if kind == "text":
        text = "x" * size
        return lambda number: json.dumps({"type": "say", "id": str(number), "text": text})
    picture = _PNG + os.urandom(size - len(_PNG))

    def image(number: int) -> bytes:
        header: dict[str, Any] = {"type": "image", "id": str(number), "mime": "image/png"}
        encoded = json.dumps(header | {"name": "x.png"}).encode()
        return struct.pack(">I", len(encoded)) + encoded + picture

    return image


def _header(data: str | bytes) -> dict[str, Any]:
    if isinstance(data, bytes):
        (length,) = struct.unpack_from(">I", data)
        data = data[4 : 4 + length].decode()
    found: dict[str, Any] = json.loads(data)
    return found
