"""The limits of one address: bytes and handshakes."""

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.connection import Connection, RefusedError
from tests.conformance.room import Room
from tests.stack.test_stack import ON_EACH_SERVER

PNG = b"\x89PNG\r\n\x1a\n"
MIB = 1024**2
SLOW = {
    "CHAT_MAX_IMAGE_BYTES": str(MIB),
    "CHAT_BYTE_RATE": "1/3600s",
    "CHAT_HANDSHAKE_RATE": "20/3600s",
}
"""Rates without recovery during a test."""


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_one_address_has_one_budget(arm: str) -> None:
    """For bytes and for handshakes; both use one server, because its start takes longest."""
    with Stack(find_arm(arm), environ=SLOW) as stack:
        _send_too_many_bytes(stack)  # by two handshakes
        assert [_handshake(stack) for _ in range(21)] == [101] * 18 + [429] * 3


def _send_too_many_bytes(stack: Stack) -> None:
    picture = PNG + bytes(MIB - 1000)
    with Room(stack.url) as room:
        ann, bob = room.gather("ann", "bob")
        first = [ann.send_image(picture), ann.send_image(picture)]
        assert [ann.until("image")["id"] for _ in first] == first
        late = bob.send_image(picture)
        error = bob.until("error")
        assert (error["code"], error["id"]) == ("rate_limited", late)
        said = bob.say("the connection lives on")
        assert ann.until("message")["id"] == said


def _handshake(stack: Stack) -> int:
    try:
        Connection(stack.ws_url("r", "ann")).vanish()
    except RefusedError as refused:
        return refused.status
    return 101
