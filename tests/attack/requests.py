"""Requests that no HTTP client would send."""

import socket
import time
from collections.abc import Iterable

from bench.stack import Stack

_PATIENCE_SECONDS = 10.0

HANDSHAKE = (
    b"Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def dial(stack: Stack) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection(("127.0.0.1", stack.port), timeout=_PATIENCE_SECONDS)


def shake(path: str = "/ws/rooms/r?name=x", headers: bytes = b"") -> bytes:
    """The request of a handshake, with these header lines besides."""
    return b"GET " + path.encode() + b" HTTP/1.1\r\n" + HANDSHAKE + headers + b"\r\n"


def send_all(connection: socket.socket, data: Iterable[bytes]) -> int:
    """Send until it is done or the server hangs up; how many bytes the kernel took."""
    sent = 0
    try:
        for piece in data:
            connection.sendall(piece)
            sent += len(piece)
    except OSError:
        pass  # the server hung up, or reads no more
    return sent


def answer(connection: socket.socket) -> bytes:
    """All that the server says until it hangs up."""
    said = b""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            data = connection.recv(1 << 16)
        except ConnectionError:
            return said
        if not data:
            return said
        said += data
    raise AssertionError("the server does not hang up")


def status(connection: socket.socket) -> int:
    """The status of the answer, after which the server hangs up."""
    line = answer(connection).partition(b"\r\n")[0]
    return int(line.split(b" ")[1]) if line else 0
