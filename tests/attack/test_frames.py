"""Frames that cost a server more than they cost the attacker: bounded, and others are served."""

from bench.stack.stack import Stack
from chat_servers.settings import FRAGMENTS
from tests.attack import MIB
from tests.attack.measuring import limits
from tests.attack.requests import close_code, enter, flood

_MASK = bytes(4)
_EMPTY_CONTINUATION = b"\x00\x80" + _MASK
_CONTINUATION = b"\x00\x81" + _MASK + b" "
_PING = b"\x89\xfd" + _MASK + bytes(125)
_PONG = b"\x8a\x80" + _MASK


def test_a_message_in_tiny_fragments(attacked: Stack) -> None:
    for fragment in (_CONTINUATION, _EMPTY_CONTINUATION):
        with limits(attacked), enter(attacked) as connection:
            connection.sendall(b"\x01\x81" + _MASK + b"[")
            flood(connection, fragment, 4 * MIB)
            assert close_code(connection) == 1008


def test_a_message_in_as_many_fragments_as_it_may_have(attacked: Stack) -> None:
    with limits(attacked), enter(attacked) as connection:
        first, last = b"\x01\x81" + _MASK + b"[", b"\x80\x81" + _MASK + b"]"
        connection.sendall(first + _CONTINUATION * (FRAGMENTS - 2) + last)
        assert b"not_an_object" in connection.recv(1 << 16)


def test_pings_and_pongs_that_nobody_waits_for(attacked: Stack) -> None:
    for frame in (_PING, _PONG):
        with limits(attacked), enter(attacked) as connection:
            flood(connection, frame, 8 * MIB)
            # With so much unread, the close frame may be lost with the connection.
            assert close_code(connection) in (1008, 1006)


def test_text_that_is_not_utf8_is_no_traceback(attacked: Stack) -> None:
    with limits(attacked):
        for _ in range(10):
            with enter(attacked) as connection:
                connection.sendall(b"\x81\x81" + _MASK + b"\xff")
                assert close_code(connection) == 1007
    assert "Traceback" not in attacked.children[0].output()
