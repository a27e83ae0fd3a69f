"""Bodies that are too large: neither kept in memory nor written to a file."""

import socket
from collections.abc import Iterator

import pytest

from bench.stack.stack import Stack
from tests.attack import MIB
from tests.attack.measuring import limits, written
from tests.attack.requests import dial, send_all

_SIZE = 24 * MIB
_PIECE = bytes(64 * 1024)
_FOREIGN = b"Host: localhost\r\nOrigin: https://evil.example\r\n"


@pytest.mark.parametrize("path", ["/healthz", "/api/login", "/nowhere"])
def test_a_large_body_is_not_kept(attacked: Stack, path: str) -> None:
    head = f"Content-Length: {_SIZE}\r\n"
    _assert_not_kept(attacked, path, head.encode(), [_PIECE] * (_SIZE // len(_PIECE)))


def test_a_large_chunked_body_is_not_kept(attacked: Stack) -> None:
    chunk = f"{len(_PIECE):x}\r\n".encode() + _PIECE + b"\r\n"
    chunks = [chunk] * (_SIZE // len(_PIECE))
    _assert_not_kept(
        attacked, "/healthz", b"Transfer-Encoding: chunked\r\n", [*chunks, b"0\r\n\r\n"]
    )


def _assert_not_kept(stack: Stack, path: str, head: bytes, body: list[bytes]) -> None:
    before = written(stack)
    with limits(stack, memory=12 * MIB), dial(stack) as connection:
        connection.sendall(b"POST " + path.encode() + b" HTTP/1.1\r\n" + _FOREIGN + head + b"\r\n")
        send_all(connection, body)
        status = next(_lines(connection), b"").split(b" ")
    assert status[1:2] != [b"200"]
    assert written(stack) - before < 2 * MIB, "the body was written to a file"


def _lines(connection: socket.socket) -> Iterator[bytes]:
    try:
        yield from connection.recv(1 << 16).splitlines()
    except ConnectionError:
        return
