"""welcome, joined, left, and the size of a room above which no presence is sent."""

from typing import Any

import httpx
import pytest

from chat_core import protocol_limits
from tests.conformance.room import Room

LIMITS = {
    "text": 4000,
    "image": 8388608,
    "presence": 50,
    "reactions": list(protocol_limits.REACTIONS),
}


def test_the_first_member_is_welcomed(room: Room, http: httpx.Client) -> None:
    health: dict[str, Any] = http.get("/healthz").json()
    del health["status"]
    assert room.connect("ann").frame() == {
        "type": "welcome",
        "user": "ann",
        "room": room.name,
        "server": health,
        "limits": LIMITS,
        "seq": None if health["history"] == "off" else 0,
        "count": 1,
        "members": ["ann"],
    }


@pytest.mark.relay
def test_welcome_names_the_server_and_the_limits(room: Room) -> None:
    welcome = room.connect("ann").frame()
    assert (welcome["type"], welcome["user"], welcome["room"]) == ("welcome", "ann", room.name)
    assert welcome["server"].keys() == {
        "framework",
        "server",
        "fanout",
        "history",
        "version",
        "pid",
    }
    assert welcome["limits"] == LIMITS
    assert welcome["count"] == 1


@pytest.mark.depends_on("fanout")
def test_members_are_named_in_order(room: Room) -> None:
    room.gather("cid", "ann", "Bob")
    welcome = room.connect("åsa").frame()
    assert (welcome["count"], welcome["members"]) == (4, ["Bob", "ann", "cid", "åsa"])


def test_the_others_get_a_joined(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    cid = room.enter("cid")
    joined = {"type": "joined", "user": "cid", "count": 3}
    assert (ann.frame(), bob.frame()) == (joined, joined)
    assert cid.heard() == []


def test_a_joining_member_gets_no_joined_of_its_own(room: Room) -> None:
    assert room.enter("ann").heard() == []


@pytest.mark.depends_on("fanout")
def test_no_late_joined_repeats_the_welcome(room: Room) -> None:
    """Over a broker, a `joined` on its way to a process also reaches members that came later."""
    for number in range(10):
        room.enter(f"a{number}")
        newest = room.connect(f"b{number}")
        assert f"a{number}" in newest.frame()["members"]
        assert newest.heard() == []


def test_the_others_get_a_left(room: Room) -> None:
    ann, bob, cid = room.gather("ann", "bob", "cid")
    bob.close()
    left = {"type": "left", "user": "bob", "count": 2}
    assert (ann.frame(), cid.frame()) == (left, left)


def test_a_vanished_member_has_left(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    bob.vanish()
    assert ann.frame() == {"type": "left", "user": "bob", "count": 1}


@pytest.mark.depends_on("fanout")
def test_one_of_two_members_with_the_same_name_leaves(room: Room) -> None:
    ann, first, _second = room.gather("ann", "bob", "bob")
    first.close()
    assert ann.until("left") == {"type": "left", "user": "bob", "count": 2}


@pytest.mark.depends_on("fanout")
def test_a_returning_member_is_counted_once(room: Room) -> None:
    (ann,) = room.gather("ann")
    for _ in range(3):
        bob = room.enter("bob")
        assert ann.frame() == {"type": "joined", "user": "bob", "count": 2}
        bob.close()
        assert ann.frame() == {"type": "left", "user": "bob", "count": 1}


@pytest.mark.depends_on("fanout")
def test_rooms_are_separate(room: Room) -> None:
    with Room(room.url) as other:
        ann = room.enter("ann")
        bob = other.connect("bob")
        assert bob.frame()["members"] == ["bob"]
        bob.say("over there")
        assert bob.until("message")["text"] == "over there"
        assert ann.heard() == []


def test_names_of_rooms_are_case_sensitive(room: Room) -> None:
    with Room(room.url, room.name.upper()) as other:
        room.enter("ann")
        assert other.connect("bob").frame()["members"] == ["bob"]


@pytest.mark.depends_on("fanout")
def test_above_the_limit_no_presence_is_sent(room: Room) -> None:
    members = room.gather(
        "watcher", *(f"m{i:02}" for i in range(protocol_limits.PRESENCE_MEMBERS - 2))
    )
    watcher = members[0]
    full = room.connect("full").frame()
    assert full["count"] == len(full["members"]) == protocol_limits.PRESENCE_MEMBERS
    assert watcher.until("joined", user="full")["count"] == protocol_limits.PRESENCE_MEMBERS

    above = room.connect("above")
    welcome = above.frame()
    assert (welcome["count"], welcome["members"]) == (protocol_limits.PRESENCE_MEMBERS + 1, [])
    assert watcher.heard() == []

    above.close()
    left = {"type": "left", "user": "above", "count": protocol_limits.PRESENCE_MEMBERS}
    assert watcher.frame() == left
