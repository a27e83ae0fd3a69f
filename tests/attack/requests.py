"""Requests and frames that no honest client would send, over plain sockets."""

import socket
import time
from collections.abc import Iterable

from bench.stack.stack import Stack

PATIENCE_SECONDS = 10.0
PIECE_BYTES = 64 * 1024
_CLOSE = 8

HANDSHAKE = (
    b"Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def dial(stack: Stack, receive_buffer: int | None = None) -> socket.socket:
    """A connection to the server; a small receive buffer in bytes fills soon."""
    connection = socket.socket()
    connection.settimeout(PATIENCE_SECONDS)
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.connect(("127.0.0.1", stack.port))
    return connection


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


def enter(stack: Stack, room: str = "attacked", receive_buffer: int | None = None) -> socket.socket:
    """A member of a room, `attacker`, who has been welcomed."""
    connection = dial(stack, receive_buffer)
    connection.sendall(shake(f"/ws/rooms/{room}?name=attacker"))
    said = b""
    while b'"welcome"' not in said or not said.endswith(b"}"):
        said += (data := connection.recv(1 << 16))
        assert data, f"there is no welcome in {said!r}"
    return connection


def flood(connection: socket.socket, frame: bytes, size: int, seconds: float = 2.0) -> None:
    """Send a frame again and again: as many bytes, as long, or until the server hangs up."""
    piece = frame * max(1, PIECE_BYTES // len(frame))
    deadline = time.monotonic() + seconds
    connection.settimeout(seconds)
    for _ in range(size // len(piece) + 1):
        if time.monotonic() > deadline or not send_all(connection, [piece]):
            break
    connection.settimeout(PATIENCE_SECONDS)


def close_code(connection: socket.socket) -> int:
    """How the server closes; 1006 where it hangs up without a close frame."""
    said = answer(connection)
    while len(said) >= 2:
        opcode, size, start = said[0] & 0x0F, said[1], 2
        if size == 126:
            size, start = int.from_bytes(said[2:4], "big"), 4
        if opcode == _CLOSE:
            return int.from_bytes(said[start : start + 2], "big")
        said = said[start + size :]
    return 1006


def answer(connection: socket.socket) -> bytes:
    """All that the server says until it hangs up."""
    said = b""
    deadline = time.monotonic() + PATIENCE_SECONDS
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
