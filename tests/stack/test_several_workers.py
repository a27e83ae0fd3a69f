"""Two processes with one broker share their rooms; a killed one comes back."""

import contextlib
import time
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from bench.declared.arms import find_arm, load_arms
from bench.stack.stack import Stack
from tests.conformance.room import Member, Room
from tests.stack.conftest import FanoutDatabase
from tests.stack.listening import Listener, wait_for_health
from tests.stack.workers import enter_on, kill

pytestmark = pytest.mark.redis

SHARED = [
    arm.id
    for arm in load_arms().values()
    if arm.fanout != "memory" and arm.history == "off" and arm.server == "uvicorn"
]
"""These tests depend only on the fan-out, so one server without a history is enough."""

LEAVE_SECONDS = 30
"""The contract's; a process is counted as dead before, after 15 to 20 s."""

each_shared = pytest.mark.parametrize("arm", SHARED, scope="module")


@pytest.fixture(scope="module")
def stack(arm: str, fanout_database: FanoutDatabase) -> Iterator[Stack]:
    """Two workers for all tests that do not change them."""
    with Stack(find_arm(arm), workers=2, postgres=fanout_database(arm)) as stack:
        yield stack


def _spread(stack: Stack, room: Room) -> list[Member]:
    """ann and cid on the first worker, bob and dan on the second, after all `joined` frames."""
    first, second = stack.children
    members: list[Member] = []
    for worker, name in ((first, "ann"), (second, "bob"), (first, "cid"), (second, "dan")):
        newest = enter_on(stack, worker, room, name)
        for member in members:
            member.until("joined", user=name)
        members.append(newest)
    return members


@each_shared
def test_every_member_gets_every_message(stack: Stack) -> None:
    with Room(stack.url) as room:
        members = _spread(stack, room)
        texts = [f"{number}" for number in range(20)]
        for text in texts:
            for member in members:
                member.say(text)
        for member in members:
            messages = [member.until("message") for _ in range(4 * len(texts))]
            for name in ("ann", "bob", "cid", "dan"):
                assert [each["text"] for each in messages if each["user"] == name] == texts


@each_shared
def test_the_workers_share_one_roster(stack: Stack) -> None:
    with Room(stack.url) as room:
        ann, bob, cid, dan = _spread(stack, room)
        eve = enter_on_any(room, "eve")
        assert (eve["count"], eve["members"]) == (5, ["ann", "bob", "cid", "dan", "eve"])
        assert _rooms(stack) == [{"room": room.name, "members": 5}]
        cid.close()
        for member in (ann, bob, dan):
            assert member.until("left") == {"type": "left", "user": "cid", "count": 4}


def test_a_killed_worker_comes_back_and_its_members_leave_within_30_seconds(
    fanout_database: FanoutDatabase,
) -> None:
    """For all arms at once, because this wait is the longest; a silent member must stay."""
    with contextlib.ExitStack() as opened:
        witnesses = {}
        for arm in SHARED:
            served = Stack(find_arm(arm), workers=2, postgres=fanout_database(arm))
            stack = opened.enter_context(served)
            room = opened.enter_context(Room(stack.url))
            first, bob, _cid, _dan = _spread(stack, room)
            ann = Listener(first)
            kill(stack, stack.children[1])
            assert bob.closed().code == 1006, arm
            wait_for_health(stack, stack.start_worker(), 200)
            back = Listener(enter_on(stack, stack.children[1], room, "bob"))
            ann.until(f"{arm}: bob is back", partial(_were_told, ann, "joined", {"bob"}))
            for speaker in (ann, back):
                said = speaker.member.say("back")
                for listener in (ann, back):
                    listener.until(f"{arm}: a message", partial(_has, listener, said))
            witnesses[arm] = stack, room, ann
        deadline = time.monotonic() + LEAVE_SECONDS
        for arm, (stack, room, ann) in witnesses.items():
            wanted = partial(_were_told, ann, "left", {"bob", "dan"})
            ann.until(f"{arm}: both have left", wanted, deadline - time.monotonic())
            assert _rooms(stack) == [{"room": room.name, "members": 3}], arm


@each_shared
def test_rooms_that_empty_and_fill_at_the_same_time_receive_messages(stack: Stack) -> None:
    with contextlib.ExitStack() as opened:
        rooms = [opened.enter_context(Room(stack.url)) for _ in range(10)]
        members = [room.connect("ann") for room in rooms]
        for _ in range(5):
            newer = []
            for room, member in zip(rooms, members, strict=True):
                member.vanish()
                newer.append(room.connect("ann"))
            members = newer
            for member in members:
                assert member.frame()["type"] == "welcome"
                identifier = member.say("hello")
                assert member.until("message")["id"] == identifier


def _were_told(listener: Listener, kind: str, users: set[str]) -> bool:
    """Whether a member received such a frame of each of these users, and of no other."""
    return {each["user"] for each in listener.frames if each["type"] == kind} == users


def _has(listener: Listener, identifier: str) -> bool:
    """Whether a member has a message."""
    return any(each["id"] == identifier for each in listener.messages)


def enter_on_any(room: Room, name: str) -> dict[str, object]:
    """The welcome of a member on any worker."""
    return room.connect(name).frame()


def _rooms(stack: Stack) -> object:
    return httpx.get(f"{stack.url}/api/rooms", timeout=30, trust_env=False).json()
