"""A server that is killed or stopped, and starts again."""

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.test_stack import ON_EACH_SERVER
from tests.stack.workers import kill


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_members_come_back_to_a_killed_server_and_are_told_to_by_one_that_stops(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        ann, bob = room.gather("ann", "bob")
        kill(stack, stack.children[0])
        assert {ann.closed().code, bob.closed().code} == {1006}
        stack.start_worker()
        stack.wait_until_healthy()
        ann, bob = room.gather("ann", "bob")
        ann.say("back")
        assert bob.until("message")["text"] == "back"
        stack.children[0].ask_to_stop()
        assert {ann.closed().code, bob.closed().code} == {1012}
        stack.children[0].process.wait(30)
