"""One WebSocket connection: bytes and their times of arrival in, frames out."""

import asyncio
import time
from collections.abc import Callable

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

clock = time.monotonic
OnText = Callable[[float, bytes], None]
"""Is given the time at which the frame's last bytes came, and the frame's text."""


class NotJoinedError(Exception):
    """The server refused the connection, or ended it; the text is one sentence."""


class Connection(asyncio.Protocol):
    """Open it with `open`. `ended` is how it ended, or None."""

    def __init__(self, url: str, on_text: OnText) -> None:
        self.ended: str | None = None
        self._on_text = on_text
        self._uri = parse_uri(url)
        self._socket = ClientProtocol(
            self._uri, subprotocols=[Subprotocol("chat.v1")], max_size=None
        )
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._opened: asyncio.Future[None] = loop.create_future()
        self._writable = asyncio.Event()
        self._writable.set()
        self._came: list[tuple[float, bytes]] = []
        self._transport: asyncio.Transport | None = None

    async def open(self) -> None:
        """Connect and shake hands. Raises OSError and NotJoinedError."""
        await self._loop.create_connection(lambda: self, self._uri.host, self._uri.port)
        await self._opened

    def send(self, text: bytes) -> bool:
        """Send a frame; False if the connection has ended."""
        if self._socket.state is not State.OPEN:
            return False
        self._socket.send_text(text)
        self._flush()
        return True

    async def writable(self) -> None:
        """Wait while too much waits to be sent."""
        await self._writable.wait()

    def pause(self) -> None:
        """Read nothing until `resume`."""
        assert self._transport is not None
        self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._socket.send_request(self._socket.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        # Only the time is taken here: the work on a frame would delay the times of other members.
        if not self._came:
            self._loop.call_soon(self._read)
        self._came.append((clock(), data))

    def eof_received(self) -> None:
        self._read()
        self._socket.receive_eof()
        self._events(clock())

    def connection_lost(self, exc: Exception | None) -> None:
        self._read()
        if self.ended is None:
            code, reason = self._socket.close_code, self._socket.close_reason
            self.ended = f"{code or 1006} {reason or ''}".strip()
        self._writable.set()
        if not self._opened.done():
            self._opened.set_exception(NotJoinedError(f"The connection ended: {self.ended}."))

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _read(self) -> None:
        came, self._came = self._came, []
        for at, data in came:
            self._socket.receive_data(data)
            self._events(at)
        if came:
            self._flush()

    def _events(self, at: float) -> None:
        for event in self._socket.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.TEXT:  # no chat cuts a text into several frames
                    self._on_text(at, bytes(event.data))
            elif isinstance(event, Response) and not self._opened.done():
                self._answered()

    def _answered(self) -> None:
        refused = self._socket.handshake_exc
        if refused is None:
            self._opened.set_result(None)
        else:
            said = str(refused) if isinstance(refused, InvalidHandshake) else "no WebSocket"
            self._opened.set_exception(NotJoinedError(f"The handshake was refused: {said}."))

    def _flush(self) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        for data in self._socket.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._half_close(self._transport)

    @staticmethod
    def _half_close(transport: asyncio.Transport) -> None:
        if transport.can_write_eof():
            transport.write_eof()
