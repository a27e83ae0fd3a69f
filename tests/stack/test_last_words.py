"""Messages sent just before a close: the others get them, and the log has no error."""

from collections.abc import Iterator

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.test_stack import ON_EACH_SERVER

MEMBERS = 20
WORDS = 20


@pytest.fixture(params=ON_EACH_SERVER)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with Stack(find_arm(request.param), environ={"CHAT_RATE_LIMIT": "off"}) as stack:
        yield stack


def test_last_words_arrive_while_the_room_talks(stack: Stack) -> None:
    """Each member leaves while the others' messages are being sent to it."""
    with Room(stack.url) as room:
        witness = room.enter("witness")
        members = [room.enter(f"m{number}") for number in range(MEMBERS)]
        said = []
        for member in members:
            said += [member.say("last words") for _ in range(WORDS)]
            member.say_goodbye()
        heard = [frame["id"] for frame in witness.messages(len(said))]
        assert sorted(heard) == sorted(said)
    assert "Traceback" not in stack.children[0].output()
