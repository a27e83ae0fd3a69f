"""What one address may do how often: send bytes, and shake hands."""

from collections.abc import Iterator

import pytest

from bench.arms import find_arm
from bench.stack import Stack
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
"""Rates at which nothing comes back while a test runs."""


ON_UVICORN = [arm for arm in ON_EACH_SERVER if "uvicorn" in arm]


@pytest.fixture(params=ON_EACH_SERVER)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with Stack(find_arm(request.param), environ=SLOW) as stack:
        yield stack


def test_one_address_has_one_budget_of_bytes(stack: Stack) -> None:
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


@pytest.mark.parametrize("stack", ON_UVICORN, indirect=True)
def test_more_handshakes_than_the_rate_are_answered_with_429(stack: Stack) -> None:
    statuses = [_handshake(stack) for _ in range(23)]
    assert statuses == [101] * 20 + [429] * 3


def _handshake(stack: Stack) -> int:
    try:
        Connection(stack.ws_url("r", "ann")).vanish()
    except RefusedError as refused:
        return refused.status
    return 101
