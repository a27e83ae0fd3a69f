"""A process freezes until the others count it as dead; then it goes on."""

import os
import signal
from functools import partial

import pytest

from bench.declared.arms import find_arm
from bench.stack.hurried_stack import HurriedStack
from tests.conformance.room import Room
from tests.stack.conftest import FanoutDatabase
from tests.stack.listening import Listener
from tests.stack.workers import enter_on

pytestmark = pytest.mark.redis

ROSTERS = [
    "channels-uvicorn-redis",
    "fastapi-uvicorn-redis",
    "fastapi-uvicorn-broadcaster-postgres",
]
"""Each chat over each kind of roster that several processes share."""


@pytest.mark.parametrize("arm", ROSTERS)
def test_a_member_wrongly_counted_as_gone_is_announced_again(
    arm: str, fanout_database: FanoutDatabase
) -> None:
    served = HurriedStack(find_arm(arm), workers=2, postgres=fanout_database(arm))
    with served as stack, Room(stack.url) as room:
        first, second = stack.children
        ann = Listener(enter_on(stack, first, room, "ann"))
        bob = Listener(enter_on(stack, second, room, "bob"))
        cid = Listener(enter_on(stack, second, room, "cid"))
        os.kill(second.pid, signal.SIGSTOP)
        try:
            for name in ("bob", "cid"):
                ann.until(f"left {name}", partial(_was_told, ann, ("left", name)))
        finally:
            os.kill(second.pid, signal.SIGCONT)
        for listener, name in ((ann, "bob"), (ann, "cid"), (bob, "cid"), (cid, "bob")):
            listener.until(f"joined {name}", partial(_is_back, listener, name))
        for speaker in (ann, bob, cid):
            identifier = speaker.member.say("still here")
            for listener in (ann, bob, cid):
                listener.until("a message", partial(_has, listener, identifier))
        assert ("left", "bob") not in _presence(bob)
        assert ("left", "cid") not in _presence(cid)


def _presence(listener: Listener) -> list[tuple[str, str]]:
    """The `joined` and `left` frames that a member received."""
    return [
        (frame["type"], frame["user"])
        for frame in listener.frames
        if frame["type"] in ("joined", "left")
    ]


def _was_told(listener: Listener, what: tuple[str, str]) -> bool:
    return what in _presence(listener)


def _is_back(listener: Listener, name: str) -> bool:
    """Whether a member received a `left` and then a `joined` of another member."""
    told = _presence(listener)
    return ("left", name) in told and ("joined", name) in told[told.index(("left", name)) :]


def _has(listener: Listener, identifier: str) -> bool:
    """Whether a member has a message."""
    return any(each["id"] == identifier for each in listener.messages)
