"""20 messages a second, a burst of 40, for each connection."""

import time

import pytest

from tests.conformance.room import Frame, Member, Room

# Frames are counted as the server brings them, before they go to the history or to the fan-out.
pytestmark = pytest.mark.depends_on("server")

_BURST = 40
_SENT = 100
_MOST = 1000
_PNG = b"\x89PNG\r\n\x1a\n"


def test_messages_over_the_limit_are_not_sent(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    said, frames = _speak_too_much(ann)
    refused = [frame["id"] for frame in frames if frame["type"] == "error"]
    sent = [frame["id"] for frame in frames if frame["type"] == "message"]
    assert sorted(sent + refused) == sorted(said)
    assert sent[:_BURST] == said[:_BURST]
    assert [frame["id"] for frame in bob.messages(len(sent))] == sent
    assert bob.heard() == []


def test_images_count_in_the_limit_of_messages(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    said, frames = _speak_too_much(ann, images=True)
    refused = [frame for frame in frames if frame["type"] == "error"]
    sent = [frame["id"] for frame in frames if frame["type"] != "error"]
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert sorted(sent + [error["id"] for error in refused]) == sorted(said)
    assert sent[:_BURST] == said[:_BURST]
    assert [frame["id"] for frame in bob.messages(len(sent))] == sent
    assert bob.heard() == []


def test_a_limited_sender_learns_which_message_was_not_sent(room: Room) -> None:
    ann = room.enter("ann")
    said, frames = _speak_too_much(ann)
    error = next(frame for frame in frames if frame["type"] == "error")
    assert error["code"] == "rate_limited"
    assert error["id"] in said[_BURST:]
    assert error["detail"]


def test_a_limited_sender_may_send_again_after_a_wait(room: Room) -> None:
    ann = room.enter("ann")
    _speak_too_much(ann)
    deadline = time.monotonic() + 20
    while True:
        identifier = ann.say("again")
        answers = ann.answers()
        if identifier not in {frame.get("id") for frame in answers if frame["type"] == "error"}:
            break
        assert time.monotonic() < deadline, "nothing may be said for twenty seconds"
    ann.until("message", id=identifier) if not _has(answers, identifier) else None


def test_each_connection_has_its_own_limit(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    _speak_too_much(ann)
    identifier = bob.say("me, too")
    assert ann.until("message", user="bob")["id"] == identifier


def test_pings_are_not_limited(room: Room) -> None:
    ann = room.enter("ann")
    pings = [ann.ping() for _ in range(_SENT)]
    assert [ann.frame() for _ in pings] == [{"type": "pong", "id": each} for each in pings]


def _speak_too_much(member: Member, *, images: bool = False) -> tuple[list[str], list[Frame]]:
    """Send until a message is refused; returns the ids of all messages, and the frames received.

    On a very slow machine, the first hundred may take long enough to stay within the rate.
    """
    said: list[str] = []
    frames: list[Frame] = []
    while not any(frame["type"] == "error" for frame in frames):
        assert len(said) < _MOST, "there is no limit"
        for number in range(_SENT):
            picture = images and number % 2
            said.append(member.send_image(_PNG) if picture else member.say("hello"))
        frames += [member.frame() for _ in range(_SENT)]
    return said, frames


def _has(frames: list[Frame], identifier: str) -> bool:
    return any(frame.get("id") == identifier for frame in frames)
