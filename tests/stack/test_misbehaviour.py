"""Misbehaving clients cost bounded memory, and the others go on talking."""

import contextlib
import resource
import socket
from collections.abc import Iterator

import psutil
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.connection import ClosedError
from tests.conformance.room import Member, Room
from tests.stack.test_stack import ON_EACH_SERVER

MIB = 1024**2
MOST_GROWTH = 96 * MIB
"""The largest growth of one server process in one test."""

each_server = pytest.mark.parametrize("arm", ON_EACH_SERVER, scope="module")


@pytest.fixture(scope="module")
def stack(arm: str) -> Iterator[Stack]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server inherits it
    with Stack(find_arm(arm)) as stack:
        yield stack


@pytest.fixture
def others(stack: Stack) -> Iterator[tuple[Member, Member]]:
    """Two members that talk while others misbehave, and a bound on the memory."""
    server = psutil.Process(stack.children[0].pid)
    with Room(stack.url) as room:
        ann, bob = room.gather("ann", "bob")
        before = server.memory_info().rss
        yield ann, bob
        assert server.memory_info().rss - before < MOST_GROWTH
        _talk(ann, bob)


@each_server
def test_a_thousand_silent_connections(stack: Stack, others: tuple[Member, Member]) -> None:
    with contextlib.ExitStack() as opened:
        for number in range(1000):
            connection = opened.enter_context(_raw(stack))
            if number % 2:  # the other half sends nothing at all
                connection.sendall(b"GET /ws/rooms/r?name=x HTTP/1.1\r\nHost: local")
        _talk(*others)


@each_server
def test_garbage_instead_of_frames(stack: Stack, others: tuple[Member, Member]) -> None:
    with Room(stack.url) as room:
        for number in range(20):
            member = room.enter(f"garbage{number}")
            member.send_raw(bytes([0xFF, 0xFF]) + bytes(range(256)) * 4)
        _talk(*others)
    with contextlib.ExitStack() as opened:
        for _ in range(20):
            opened.enter_context(_raw(stack)).sendall(bytes(range(256)) * 16)
        _talk(*others)


@each_server
def test_a_flood_of_refused_frames(stack: Stack, others: tuple[Member, Member]) -> None:
    with Room(stack.url) as room:
        flooder = room.enter("flooder")
        with contextlib.suppress(ClosedError, AssertionError, OSError):
            for _ in range(2000):
                flooder.send_text("[" * 4000)
        assert flooder.closed(20).code != 1000
        _talk(*others)


@each_server
def test_half_frames(stack: Stack, others: tuple[Member, Member]) -> None:
    with Room(stack.url) as room:
        for number in range(20):
            member = room.enter(f"half{number}")
            # The header announces 8 MiB, masked, and only 1 KiB follows.
            member.send_raw(b"\x82\xff" + (8 * MIB).to_bytes(8, "big") + bytes(4) + bytes(1024))
        _talk(*others)


@each_server
def test_a_byte_at_a_time(stack: Stack, others: tuple[Member, Member]) -> None:
    with Room(stack.url) as room, contextlib.ExitStack() as opened:
        trickler = room.enter("trickler")
        handshake = opened.enter_context(_raw(stack))
        frame = b'\x81\x98\0\0\0\0{"type":"ping","id":"p"}'
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for one, other in zip(frame, request, strict=False):
            trickler.send_raw(bytes([one]))
            handshake.sendall(bytes([other]))
            _talk(*others)
        assert trickler.until("pong")["id"] == "p"


def _raw(stack: Stack) -> socket.socket:
    return socket.create_connection(("127.0.0.1", stack.port), timeout=30)


def _talk(ann: Member, bob: Member) -> None:
    """Each gets the other's message within the usual time; rate limits are not reached."""
    for speaker, listener in ((ann, bob), (bob, ann)):
        speaker.ping()
        listener.answers()
        identifier = speaker.say("do you notice?")
        listener.until("message", id=identifier)
