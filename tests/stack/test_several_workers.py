"""Two processes, one Redis: the room is one; what dies comes back."""

import contextlib
import time

import httpx
import pytest

from bench.arms import find_arm, load_arms
from bench.stack import Stack
from chat_core import limits
from tests.conformance.room import Member, Room
from tests.stack.workers import enter_on, kill

pytestmark = pytest.mark.redis

OVER_REDIS = [
    arm.id
    for arm in load_arms().values()
    if arm.needs_redis and arm.server == "uvicorn" and arm.kind == "chat"
]
"""What differs between processes is the fan-out; one server will do."""


def _two_workers(arm: str) -> Stack:
    return Stack(find_arm(arm), workers=2)


def _spread(stack: Stack, room: Room) -> list[Member]:
    """ann and cid on the first worker, bob and dan on the second, who all know of each other."""
    first, second = stack.children
    members: list[Member] = []
    for worker, name in ((first, "ann"), (second, "bob"), (first, "cid"), (second, "dan")):
        newest = enter_on(stack, worker, room, name)
        for member in members:
            member.until("joined", user=name)
        members.append(newest)
    return members


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_every_member_gets_every_message(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as room:
        members = _spread(stack, room)
        texts = [f"{number}" for number in range(20)]
        for text in texts:
            for member in members:
                member.say(text)
        for member in members:
            messages = [member.until("message") for _ in range(4 * len(texts))]
            for name in ("ann", "bob", "cid", "dan"):
                assert [each["text"] for each in messages if each["user"] == name] == texts


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_the_roster_is_one(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as room:
        ann, bob, cid, dan = _spread(stack, room)
        eve = enter_on_any(room, "eve")
        assert (eve["count"], eve["members"]) == (5, ["ann", "bob", "cid", "dan", "eve"])
        assert _rooms(stack) == [{"room": room.name, "members": 5}]
        cid.close()
        for member in (ann, bob, dan):
            assert member.until("left") == {"type": "left", "user": "cid", "count": 4}


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_a_killed_worker_comes_back(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as room:
        ann, bob, _cid, _dan = _spread(stack, room)
        kill(stack, stack.children[1])
        assert bob.closed().code == 1006
        stack.start_worker()
        back = enter_on(stack, stack.children[1], room, "bob")
        ann.until("joined", user="bob")
        back.say("back")
        assert ann.until("message")["text"] == "back"
        ann.say("welcome back")
        assert back.until("message", user="ann")["text"] == "welcome back"


def test_members_of_a_killed_process_leave_within_30_seconds() -> None:
    """All at once, for it is the longest wait of all tests; who is silent so long stays."""
    with contextlib.ExitStack() as opened:
        witnesses = []
        for arm in OVER_REDIS:
            stack = opened.enter_context(_two_workers(arm))
            room = opened.enter_context(Room(stack.url))
            ann = enter_on(stack, stack.children[0], room, "ann")
            enter_on(stack, stack.children[1], room, "bob")
            ann.until("joined", user="bob")
            witnesses.append(ann)
            kill(stack, stack.children[1])
        deadline = time.monotonic() + limits.PROCESS_DEAD_SECONDS + limits.PROCESS_BEAT_SECONDS + 2
        for ann in witnesses:
            left = ann.until("left", deadline - time.monotonic())
            assert left == {"type": "left", "user": "bob", "count": 1}


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_the_room_is_whole_again_when_redis_is(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as room:
        ann, bob, _cid, _dan = _spread(stack, room)
        _restart_redis(stack)
        _speak_until_heard(ann, bob)
        _speak_until_heard(bob, ann)
        deadline = time.monotonic() + limits.PROCESS_BEAT_SECONDS + 3
        while _rooms(stack) != [{"room": room.name, "members": 4}]:
            assert time.monotonic() < deadline, "not all are counted again"


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_who_comes_after_redis_came_back_is_heard(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as before, Room(stack.url) as room:
        _spread(stack, before)
        _restart_redis(stack)
        ann = _enter_when_possible(stack, 0, room, "ann")
        bob = _enter_when_possible(stack, 1, room, "bob")
        _speak_until_heard(ann, bob)
        _speak_until_heard(bob, ann)


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_what_is_said_while_redis_is_away_is_not_sent_and_told(arm: str) -> None:
    with _two_workers(arm) as stack, Room(stack.url) as room:
        ann = enter_on(stack, stack.children[0], room, "ann")
        assert stack.redis is not None
        stack.redis.child.stop()
        identifier = ann.say("anybody there?")
        error = ann.until("error")
        assert (error["code"], error["id"]) == ("unavailable", identifier)


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_who_comes_while_redis_is_away_is_told_to_come_back(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        assert stack.redis is not None
        stack.redis.child.stop()
        assert room.connect("ann").closed().code == 1012


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_rooms_that_empty_and_fill_at_once_are_heard(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, contextlib.ExitStack() as opened:
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


def enter_on_any(room: Room, name: str) -> dict[str, object]:
    """The welcome of a member, whoever serves it."""
    return room.connect(name).frame()


def _rooms(stack: Stack) -> object:
    return httpx.get(f"{stack.url}/api/rooms", timeout=5, trust_env=False).json()


def _restart_redis(stack: Stack) -> None:
    assert stack.redis is not None
    stack.redis.restart()


def _speak_until_heard(speaker: Member, listener: Member) -> None:
    """Both are members still, and within ten seconds what is said arrives.

    What was said before the listener's process had found its Redis again is lost, without history.
    """
    deadline = time.monotonic() + 10
    said: set[str] = set()
    while time.monotonic() < deadline:
        said.add(speaker.say("can you hear me?"))
        with contextlib.suppress(AssertionError):
            while True:
                frame = listener.frame(0.1)
                if frame["type"] == "message" and frame["id"] in said:
                    return
    raise AssertionError("nothing arrives")


def _enter_when_possible(stack: Stack, worker: int, room: Room, name: str) -> Member:
    """A member of one's own process, who was told to come back until it could be served."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return enter_on(stack, stack.children[worker], room, name)
        except Exception:
            assert time.monotonic() < deadline, "nobody is let in"
