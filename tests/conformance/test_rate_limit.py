"""20 messages a second, a burst of 40, for each connection."""

import time

from tests.conformance.room import Frame, Member, Room

_BURST = 40
_SENT = 100


def _say_too_much(member: Member) -> tuple[list[str], list[Frame]]:
    """Ids that were said, and what came back."""
    said = [member.say("hello") for _ in range(_SENT)]
    return said, member.answers()


def test_what_is_over_the_limit_is_not_sent(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    said = [ann.say("hello") for _ in range(_SENT)]
    frames = [ann.frame() for _ in range(_SENT)]
    refused = [frame["id"] for frame in frames if frame["type"] == "error"]
    sent = [frame["id"] for frame in frames if frame["type"] == "message"]
    assert sorted(sent + refused) == sorted(said)
    assert sent[:_BURST] == said[:_BURST]
    assert [bob.frame()["id"] for _ in sent] == sent
    assert len(sent) < _SENT
    assert bob.heard() == []


def test_who_is_limited_is_told_which_message_was_not_sent(room: Room) -> None:
    ann = room.enter("ann")
    said = [ann.say("hello") for _ in range(_SENT)]
    error = ann.until("error")
    assert error["code"] == "rate_limited"
    assert error["id"] in said[_BURST:]
    assert error["detail"]


def test_who_waits_may_speak_again(room: Room) -> None:
    ann = room.enter("ann")
    for _ in range(_SENT):
        ann.say("hello")
    ann.answers()
    deadline = time.monotonic() + 2
    while True:
        identifier = ann.say("again")
        answers = ann.answers()
        if identifier not in {frame.get("id") for frame in answers if frame["type"] == "error"}:
            break
        assert time.monotonic() < deadline, "nothing may be said for two seconds"
    ann.until("message", id=identifier) if not _has(answers, identifier) else None


def test_a_limit_is_one_connections_own(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    for _ in range(_SENT):
        ann.say("hello")
    ann.until("error")
    identifier = bob.say("me, too")
    assert ann.until("message", user="bob")["id"] == identifier


def test_pings_are_not_limited(room: Room) -> None:
    ann = room.enter("ann")
    pings = [ann.ping() for _ in range(_SENT)]
    assert [ann.frame() for _ in pings] == [{"type": "pong", "id": each} for each in pings]


def _has(frames: list[Frame], identifier: str) -> bool:
    return any(frame.get("id") == identifier for frame in frames)
