"""Who sends faster than the application takes, or reads slower than it sends, costs a bound."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack, health
from tests.attack import MIB
from tests.attack.applications import MESSAGE, MESSAGES
from tests.attack.conftest import Start
from tests.attack.measuring import answer_of, holds, resident, until
from tests.attack.requests import dial, enter, flood, shake
from tests.conformance.room import Room

_PNG = b"\x89PNG\r\n\x1a\n"
_BOUND = 16 * MIB
_BINARY = b"\x82\xff" + len(MESSAGE).to_bytes(8, "big") + bytes(4) + MESSAGE
_SMALL = b"\x81\x81" + bytes(4) + b"x"

on_each_server = pytest.mark.parametrize("arm", ["asgi-daphne", "asgi-uvicorn"], scope="session")


@pytest.fixture(scope="session")
def behind(arm: str) -> Iterator[Stack]:
    """A server whose application is behind."""
    with Stack(replace(find_arm(arm), application="tests.attack.applications:behind")) as stack:
        yield stack


@on_each_server
@pytest.mark.parametrize("frame", [_BINARY, _SMALL], ids=["large messages", "small messages"])
def test_what_the_application_does_not_take_is_not_read(behind: Stack, frame: bytes) -> None:
    with dial(behind) as connection:
        connection.sendall(shake("/take"))
        connection.recv(1 << 16)
        before = resident(behind)
        flood(connection, frame, MESSAGES * MIB, seconds=1)
        assert answer_of(behind)["status"] == "ok"
        assert resident(behind) - before < _BOUND


@on_each_server
def test_what_a_client_does_not_read_is_not_sent(behind: Stack) -> None:
    with dial(behind) as connection:
        before = resident(behind)
        connection.sendall(shake("/give"))
        connection.recv(1 << 10)
        for _ in range(5):
            assert answer_of(behind)["sent"] < MESSAGES, "all was sent to who reads nothing"
            assert resident(behind) - before < _BOUND


def test_a_member_who_reads_nothing_is_cut_off(start_hurried: Start) -> None:
    stack = start_hurried({"CHAT_RATE_LIMIT": "off", "CHAT_BYTE_RATE": "off"})
    with Room(stack.url) as room:
        (ann,) = room.gather("ann")
        with enter(stack, room.name, receive_buffer=4096) as reader:
            image = _PNG + bytes(2 * MIB)
            for _ in range(4):  # more than the sockets take, less than the outbox
                ann.until("image", id=ann.send_image(image))
            ann.until("left", 20, user="attacker")
            until(lambda: not holds(stack, reader), "its connection is kept", ann.answers)


def test_answers_that_nobody_reads_are_cut_off(start_hurried: Start) -> None:
    stack = start_hurried()
    with dial(stack, receive_buffer=4096) as connection:
        flood(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", MIB)
        until(
            lambda: not holds(stack, connection),
            "its connection is kept",
            lambda: health(stack.url),
        )
