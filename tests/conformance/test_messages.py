"""say and message: to every member, in order, whole."""

import time
from collections.abc import Iterable

import pytest

from tests.conformance.room import Frame, Room


def _said(frames: Iterable[Frame]) -> list[tuple[str, str]]:
    return [(frame["user"], frame["text"]) for frame in frames if frame["type"] == "message"]


@pytest.mark.relay
def test_a_message_reaches_every_member_and_its_sender(room: Room) -> None:
    members = [room.enter(name) for name in ("ann", "bob", "cid")]
    identifier = members[0].say("hello")
    received = [member.until("message") for member in members]
    at = received[0]["at"]
    message = {
        "type": "message",
        "seq": received[0]["seq"],
        "id": identifier,
        "user": "ann",
        "text": "hello",
        "at": at,
    }
    assert received == [message] * 3


@pytest.mark.relay
def test_a_message_has_the_time_of_its_acceptance(room: Room) -> None:
    ann = room.enter("ann")
    before = time.time_ns() // 1_000_000
    ann.say("now")
    at = ann.until("message")["at"]
    assert isinstance(at, int)
    # A remote server has another clock.
    assert abs(at - before) < 60_000


def test_a_message_goes_to_a_member_once(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.say("one")
    bob.until("message", text="one")
    ann.say("two")
    assert [frame["text"] for frame in bob.all_until("message")] == ["two"]
    assert _said(ann.heard()) == [("ann", "one"), ("ann", "two")]


@pytest.mark.no_history
def test_without_a_history_an_id_may_come_again(room: Room) -> None:
    ann = room.enter("ann")
    ann.say("one", "same")
    ann.say("two", "same")
    assert _said(ann.messages(2)) == [("ann", "one"), ("ann", "two")]


@pytest.mark.relay
def test_the_messages_of_a_sender_keep_their_order(room: Room) -> None:
    ann, bob = room.enter("ann"), room.enter("bob")
    texts = [f"{number}" for number in range(40)]
    for text in texts:
        ann.say(text)
    for member in (ann, bob):
        assert [frame["text"] for frame in member.messages(40)] == texts


@pytest.mark.depends_on("fanout", "history")
def test_messages_of_simultaneous_senders_all_arrive(room: Room) -> None:
    names = [f"m{number}" for number in range(5)]
    members = room.gather(*names)
    texts = [f"{number}" for number in range(20)]
    for text in texts:
        for member in members:
            member.say(text)
    for member in members:
        said = _said(member.messages(len(names) * len(texts)))
        for name in names:
            assert [text for user, text in said if user == name] == texts


@pytest.mark.depends_on("fanout", "history")
def test_welcome_comes_first_even_while_others_write(room: Room) -> None:
    ann = room.enter("ann")
    for number in range(10):
        for _ in range(3):
            ann.say("hello")
        assert room.connect(f"m{number}").frame()["type"] == "welcome"


@pytest.mark.depends_on("fanout", "history")
def test_a_message_sent_after_a_welcome_reaches_the_welcomed_member(room: Room) -> None:
    ann = room.enter("ann")
    for number in range(10):
        newest = room.enter(f"m{number}")
        identifier = ann.say("hello")
        assert newest.until("message")["id"] == identifier


@pytest.mark.depends_on("server", "fanout")
def test_vanishing_members_cost_the_others_no_message(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    texts = [f"{number}" for number in range(30)]
    for text in texts:
        vanishing = [room.enter("cid") for _ in range(3)]
        for cid in vanishing[1:]:
            cid.vanish()
        ann.say(text)
        vanishing[0].vanish()
    for member in (ann, bob):
        assert [member.until("message")["text"] for _ in texts] == texts


def test_a_message_sent_just_before_leaving_arrives(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    texts = [f"{number}" for number in range(30)]
    ann.hold_back()
    for text in texts:
        ann.say(text)
    assert ann.say_goodbye().code == 1000
    assert [bob.until("message")["text"] for _ in texts] == texts


def test_a_message_sent_before_reading_the_welcome_arrives(room: Room) -> None:
    eager = room.connect("ann")
    eager.say("early")
    assert eager.frame()["type"] == "welcome"
    assert eager.until("message")["text"] == "early"
