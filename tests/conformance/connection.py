"""A WebSocket that reads only on request, on a blocking socket: no thread, no event loop."""

import contextlib
import socket
import time
from collections import deque
from collections.abc import Sequence

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Origin, Subprotocol
from websockets.uri import parse_uri

WAIT_SECONDS = 20.0
"""How long to wait for a frame that must come, in seconds."""

_CHUNK = 1 << 18


class ClosedError(Exception):
    """The connection is closed, with this code (1006 without a close frame) and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code} {reason!r}")
        self.code = code
        self.reason = reason


class RefusedError(Exception):
    """The handshake was answered with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Connection:
    """A client's end of one WebSocket.

    A frame that does not come in time raises AssertionError, so that the test fails.
    """

    def __init__(
        self,
        url: str,
        *,
        subprotocols: Sequence[str] | None = None,
        origin: str | None = None,
        deflate: bool = False,
        receive_buffer: int | None = None,
        cookie: str | None = None,
    ) -> None:
        uri = parse_uri(url)
        self._protocol = ClientProtocol(
            uri,
            origin=None if origin is None else Origin(origin),
            extensions=[ClientPerMessageDeflateFactory()] if deflate else None,
            subprotocols=[Subprotocol(name) for name in subprotocols] if subprotocols else None,
            max_size=None,
        )
        self.pongs: deque[bytes] = deque()
        """The payloads of received pong control frames."""
        self._messages: deque[str | bytes] = deque()
        self._fragments: list[bytes] = []
        self._ended = False
        self._held_back = False
        self._cookie = cookie
        self._socket = _connect(uri.host, uri.port, receive_buffer)
        try:
            self.headers = self._shake_hands()
        except BaseException:
            self._socket.close()
            raise

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that the server chose."""
        return self._protocol.subprotocol

    def receive(self, seconds: float = WAIT_SECONDS) -> str | bytes:
        """The next message. Raises ClosedError after the last one, and AssertionError."""
        deadline = time.monotonic() + seconds
        while not self._messages:
            if self._protocol.state is not State.OPEN:
                raise self._closed()
            self._read(deadline)
        return self._messages.popleft()

    def receive_pong(self, seconds: float = WAIT_SECONDS) -> bytes:
        """The payload of the next pong control frame; messages that come before it are kept."""
        deadline = time.monotonic() + seconds
        while not self.pongs:
            if self._protocol.state is not State.OPEN:
                raise self._closed()
            self._read(deadline)
        return self.pongs.popleft()

    def send_text(self, text: str | bytes, *, fin: bool = True) -> None:
        """Send a text frame, also of bytes that are no UTF-8."""
        data = text.encode("utf-8") if isinstance(text, str) else text
        self._protocol.send_text(data, fin=fin)
        self._flush()

    def send_continuation(self, data: bytes, *, fin: bool = True) -> None:
        """Send the next fragment of a message."""
        self._protocol.send_continuation(data, fin=fin)
        self._flush()

    def send_binary(self, data: bytes, *, fin: bool = True) -> None:
        """Send a binary frame."""
        self._protocol.send_binary(data, fin=fin)
        self._flush()

    def send_ping(self, data: bytes) -> None:
        """Send a ping control frame."""
        self._protocol.send_ping(data)
        self._flush()

    def send_raw(self, data: bytes) -> None:
        """Send raw bytes; a lost connection shows at the next read."""
        with contextlib.suppress(ConnectionError):
            self._socket.sendall(data)

    def close(self, code: int = 1000) -> None:
        """Send a close frame, and disconnect without waiting for the answer."""
        if self._socket.fileno() >= 0 and self._protocol.state is State.OPEN:
            self._protocol.send_close(code)
            self._flush()
        self._socket.close()

    def hold_back(self) -> None:
        """Hold all further data, to send it with the close frame in one packet."""
        self._held_back = True

    def say_goodbye(self, code: int = 1000) -> ClosedError:
        """Send a close frame, and return how the server answers it."""
        self._protocol.send_close(code)
        self._held_back = False
        self._flush()
        deadline = time.monotonic() + WAIT_SECONDS
        while self._protocol.state is not State.CLOSED and not self._protocol.close_rcvd:
            self._read(deadline)
        return self._closed()

    def vanish(self) -> None:
        """Abort the connection without a close frame."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._socket.close()

    def _closed(self) -> ClosedError:
        received = self._protocol.close_rcvd
        return (
            ClosedError(1006, "")
            if received is None
            else ClosedError(received.code, received.reason)
        )

    def _shake_hands(self) -> Headers:
        request = self._protocol.connect()
        if self._cookie is not None:
            request.headers["Cookie"] = self._cookie
        self._protocol.send_request(request)
        self._flush()
        deadline = time.monotonic() + WAIT_SECONDS
        while self._protocol.state is State.CONNECTING:
            self._read(deadline)
        response = self._response
        assert response is not None, "the server hung up on the handshake"
        if self._protocol.handshake_exc is not None:
            raise RefusedError(response.status_code)
        return response.headers

    _response: Response | None = None

    def _read(self, deadline: float) -> None:
        """Read the data in the kernel's buffer, or wait for data."""
        assert not self._ended, "the server hung up"
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            data = self._socket.recv(_CHUNK)
        except TimeoutError:
            raise AssertionError("nothing came in time") from None
        except ConnectionError:
            data = b""
        if data:
            self._protocol.receive_data(data)
        else:
            self._ended = True
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            self._take(event)
        self._flush()

    def _take(self, event: object) -> None:
        if isinstance(event, Response):
            self._response = event
            if self._protocol.handshake_exc is not None:
                raise RefusedError(event.status_code)
        elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
            self.pongs.append(bytes(event.data))
        elif isinstance(event, Frame) and event.opcode in _DATA:
            self._take_data(event)

    def _take_data(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._fragments.append(bytes(frame.data))
        if frame.fin:
            data = b"".join(self._fragments)
            self._fragments.clear()
            self._messages.append(data.decode("utf-8") if self._is_text else data)

    def _flush(self) -> None:
        if self._held_back:
            return
        self._socket.settimeout(WAIT_SECONDS)
        # An empty item means a half-close; it is ignored, because we close both directions.
        if data := b"".join(self._protocol.data_to_send()):
            self.send_raw(data)


_DATA = {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}


def _connect(host: str, port: int, receive_buffer: int | None) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(WAIT_SECONDS)
    if receive_buffer is not None:
        # Set it before connecting, so that the offered window stays this small.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.connect((host, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
