"""A server that is killed or stopped, and starts again."""

import os
import signal

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.test_stack import ON_EACH_SERVER
from tests.stack.workers import kill


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_a_member_that_reconnects_to_a_killed_server_can_send(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        ann, bob = room.gather("ann", "bob")
        kill(stack, stack.children[0])
        assert {ann.closed().code, bob.closed().code} == {1006}
        stack.start_worker()
        stack.wait_until_healthy()
        ann, bob = room.gather("ann", "bob")
        ann.say("back")
        assert bob.until("message")["text"] == "back"


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_a_stopping_server_closes_with_come_back(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        (ann,) = room.gather("ann")
        os.kill(stack.children[0].pid, signal.SIGTERM)
        assert ann.closed().code == 1012


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_a_server_stops_within_its_time(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        room.gather("ann", "bob")
        stack.children[0].ask_to_stop()
        stack.children[0].process.wait(30)
