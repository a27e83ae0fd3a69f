"""While Redis is away, who comes is told so, and the log stays short."""

import pytest

from tests.attack.conftest import Start
from tests.conformance.room import Room

_HANDSHAKES = 12
_LOG_BYTES = 16 * 1024

pytestmark = [
    pytest.mark.redis,
    pytest.mark.parametrize(
        "arm",
        [
            "channels-daphne-redis",
            "channels-uvicorn-redis",
            "fastapi-daphne-redis",
            "fastapi-uvicorn-redis",
        ],
    ),
]


def test_handshakes_while_redis_is_away(start: Start) -> None:
    stack = start()
    assert stack.redis is not None
    with Room(stack.url) as room:
        stack.redis.child.stop()
        comers = [room.connect(f"m{number}") for number in range(_HANDSHAKES)]
        closed = [comer.closed(20) for comer in comers]
    log = stack.children[0].output()
    assert {each.code for each in closed} == {1012}, log
    assert "Traceback" not in log
    assert len(log) < _LOG_BYTES
