"""A mistake of the chat ends one connection with 1011, and is one entry of the log."""

from collections.abc import Iterator

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.test_stack import ON_EACH_SERVER


class BuggyStack(Stack):
    """A stack of a chat with mistakes in some rooms."""

    serve = ("tests.stack.planted_bugs",)


@pytest.fixture(scope="module", params=ON_EACH_SERVER)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with BuggyStack(find_arm(request.param)) as stack:
        yield stack


@pytest.mark.parametrize("what", ["entering", "receiving", "sending"])
def test_a_mistake_of_the_chat_closes_with_1011(stack: Stack, what: str) -> None:
    with Room(stack.url, what) as room, Room(stack.url) as elsewhere:
        bystander = elsewhere.enter("ann")
        for name in ("bob", "carol"):
            member = room.connect(name)
            if what == "receiving":
                member.say("hello")
            closed = member.closed()
            assert (closed.code, closed.reason) == (1011, "the server failed")
        bystander.answers()
        rooms = httpx.get(f"{stack.url}/api/rooms", trust_env=False).json()
        assert rooms == [{"room": elsewhere.name, "members": 1}], "nobody stays where it failed"
    log = stack.children[0].output()
    entries = [line for line in log.splitlines() if "a connection failed: " in line]
    assert [what in entry for entry in entries].count(True) == 1
    for other in ("Exception in ASGI application", "exception was never retrieved"):
        assert other not in log
