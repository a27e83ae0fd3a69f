"""Handshakes and heads of requests that are no good: answered, in time, and at a bounded cost."""

import signal
import time
from contextlib import ExitStack

import pytest

from bench.stack.stack import Stack
from tests.attack import MIB
from tests.attack.conftest import Start
from tests.attack.measuring import limits
from tests.attack.requests import answer, dial, send_all, shake
from tests.conformance.room import Room

_KIB = 1024

REFUSED = {
    "a header over the limit": (shake(headers=b"Cookie: " + b"a" * 40 * _KIB + b"\r\n"), 431),
    "a query over the limit": (shake("/ws/rooms/r?name=" + "a" * 40 * _KIB), 431),
    "too many headers": (shake(headers=b"x: y\r\n" * 200), 431),
    "a body": (shake(headers=b"Content-Length: 5\r\n") + b"hello", 400),
    "a subprotocol that is not ASCII": (shake(headers=b"Sec-WebSocket-Protocol: caf\xe9\r\n"), 400),
    "a chunked body": (
        shake(headers=b"Transfer-Encoding: chunked\r\n") + b"1\r\na\r\n0\r\n\r\n",
        400,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_handshake_that_cannot_be_is_answered(attacked: Stack, case: str) -> None:
    request, expected = REFUSED[case]
    with dial(attacked) as connection:
        connection.sendall(request)
        head, _, body = answer(connection).partition(b"\r\n\r\n")
    assert int(head.split(b" ")[1]) == expected
    assert b"codec" not in body, "what went wrong within is the server's own affair"


def test_a_browser_with_many_cookies_comes_in(attacked: Stack) -> None:
    cookies = "; ".join(f"c{number}={'v' * 1000}" for number in range(16))
    with Room(attacked.url) as room:
        room.enter("ann", cookie=cookies)


def test_a_stop_is_in_order_while_handshakes_are_refused(start: Start) -> None:
    stack = start()
    server = stack.children[0]
    with Room(stack.url) as room, ExitStack() as opened:
        (ann,) = room.gather("ann")
        for _ in range(3):
            connection = opened.enter_context(dial(stack))
            connection.sendall(REFUSED["a body"][0])
            connection.recv(1)  # so that it is refused before the stop
        server.ask_to_stop()
        assert ann.closed().code == 1012
        # uvicorn ends by the signal itself, once it has stopped.
        assert server.process.wait(10) in (0, -signal.SIGTERM)
        assert "Traceback" not in server.output()


def test_a_header_without_an_end(attacked: Stack) -> None:
    with limits(attacked, memory=8 * MIB), dial(attacked) as connection:
        sent = send_all(connection, [b"GET / HTTP/1.1\r\nx: ", *[b"a" * 64 * _KIB] * 512])
        assert sent < 32 * MIB, "the server took it all"


def test_headers_without_an_end(attacked: Stack) -> None:
    with limits(attacked, memory=8 * MIB), dial(attacked) as connection:
        sent = send_all(connection, [b"GET / HTTP/1.1\r\n", *[b"x: y\r\n" * 10_000] * 512])
        assert sent < 30 * MIB, "the server took it all"


def test_who_says_nothing_or_one_byte_at_a_time_is_hung_up_on(start_hurried: Start) -> None:
    stack = start_hurried()
    with limits(stack), dial(stack) as silent, dial(stack) as trickling:
        deadline = time.monotonic() + 20
        request = iter(shake(headers=b"x: " + b"a" * 1000))
        while time.monotonic() < deadline and send_all(trickling, [bytes([next(request)])]):
            time.sleep(0.1)  # the pace of the attack
        assert time.monotonic() < deadline, "who trickles is borne with"
        assert answer(silent) == b""
