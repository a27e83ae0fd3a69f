"""The history: seqs without a hole, and an ack for each committed message."""

import httpx
import pytest

from tests.conformance.records import records, seqs
from tests.conformance.room import Room

# What is counted, and in which order, the database and the fan-out decide.
pytestmark = pytest.mark.depends_on("fanout", "history")

_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.history
def test_a_new_room_starts_at_0(room: Room) -> None:
    assert room.connect("ann").frame()["seq"] == 0


@pytest.mark.history
def test_welcome_has_the_newest_seq(room: Room) -> None:
    ann = room.enter("ann")
    for number in range(1, 4):
        ann.ack(ann.say("hello"))
        assert room.connect(f"m{number}").frame()["seq"] == number


@pytest.mark.history
def test_an_empty_room_keeps_its_count(room: Room) -> None:
    ann = room.enter("ann")
    ann.ack(ann.say("hello"))
    ann.close()
    bob = room.connect("bob")
    assert bob.frame()["seq"] == 1
    bob.say("again")
    assert bob.until("message")["seq"] == 2


@pytest.mark.history
def test_messages_and_images_are_counted_from_1(room: Room) -> None:
    ann, bob = room.enter("ann"), room.enter("bob")
    for _ in range(5):
        ann.say("hello")
        ann.send_image(_PNG)
    for member in (ann, bob):
        assert seqs(member.messages(10)) == list(range(1, 11))


@pytest.mark.history
def test_each_room_has_its_own_count(room: Room) -> None:
    with Room(room.url) as other:
        ann, bob = room.enter("ann"), other.enter("bob")
        for number in range(1, 4):
            ann.say("here")
            bob.say("there")
            assert (ann.messages(1)[0]["seq"], bob.messages(1)[0]["seq"]) == (number, number)


@pytest.mark.history
def test_simultaneous_writers_leave_no_hole(room: Room) -> None:
    members = [room.enter(f"m{number}") for number in range(5)]
    for _ in range(20):
        for member in members:
            member.say("hello")
    heard = [member.messages(100) for member in members]
    by_seq = [{frame["seq"]: frame for frame in frames} for frames in heard]
    assert sorted(by_seq[0]) == list(range(1, 101)), "each seq once, and none is missing"
    assert by_seq == [by_seq[0]] * 5, "all were told the same"
    for name in (f"m{number}" for number in range(5)):
        own = [frame["seq"] for frame in heard[0] if frame["user"] == name]
        assert own == sorted(own), "a sender's messages are committed in their order"


@pytest.mark.history
def test_each_ack_goes_only_to_the_sender(room: Room) -> None:
    ann, bob = room.enter("ann"), room.enter("bob")
    said = [ann.say(f"{number}") for number in range(10)]
    heard = ann.messages(10)
    acks = [ann.ack(identifier) for identifier in said]
    assert acks == [{"type": "ack", "id": frame["id"], "seq": frame["seq"]} for frame in heard]
    assert len(ann.acks) == 10
    assert seqs(bob.messages(10)) == seqs(heard)
    assert bob.answers() == []
    assert bob.acks == []


@pytest.mark.history
def test_an_image_is_acknowledged_too(room: Room) -> None:
    ann = room.enter("ann")
    identifier = ann.send_image(_PNG)
    assert ann.ack(identifier) == {"type": "ack", "id": identifier, "seq": 1}


@pytest.mark.history
def test_an_acknowledged_message_is_kept(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    for number in range(1, 6):
        ack = ann.ack(ann.say(f"{number}"))
        assert records(http, room.name)[-1]["seq"] == ack["seq"] == number


@pytest.mark.history
def test_a_repeated_id_is_the_same_message(room: Room) -> None:
    """Also from another connection of the same user; another user's id is separate."""
    ann, bob, tab = room.gather("ann", "bob", "ann")
    ann.say("one", "same")
    ann.ack("same")
    ann.say("two", "same")
    ann.send_image(_PNG, "same")
    ann.answers()
    tab.say("three", "same")
    assert [ack["seq"] for ack in (*ann.acks, tab.ack("same"))] == [1, 1, 1, 1]
    bob.say("four", "same")
    assert bob.ack("same")["seq"] == 2
    told = [frame for frame in bob.all_until("message", text="four") if frame["type"] != "joined"]
    assert [(frame["seq"], frame.get("text")) for frame in told] == [(1, "one"), (2, "four")]


@pytest.mark.history
def test_a_refused_message_takes_no_seq(room: Room) -> None:
    ann = room.enter("ann")
    ann.say("one")
    ann.say("a" * 4001)
    ann.send_text("{")
    ann.send_image(b"no picture")
    ann.send({"type": "typing"})
    ann.say("two")
    frames = ann.heard()
    codes = [frame["code"] for frame in frames if frame["type"] == "error"]
    assert codes == ["too_long", "bad_json", "unsupported_media"]
    assert seqs(frames) == [1, 2]
    assert [ack["seq"] for ack in ann.acks][:2] == [1, 2]


@pytest.mark.history
def test_a_message_over_the_rate_takes_no_seq(room: Room) -> None:
    ann = room.enter("ann")
    said = [ann.say("hello") for _ in range(60)]
    sent = seqs([ann.frame() for _ in said])
    assert sent == list(range(1, len(sent) + 1))
    ann.answers()
    assert [ack["seq"] for ack in ann.acks] == sent
    assert room.connect("bob").frame()["seq"] == len(sent)


@pytest.mark.depends_on("server", "fanout", "history")
@pytest.mark.history
def test_a_message_sent_just_before_leaving_is_kept(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.hold_back()
    said = [ann.say(f"{number}") for number in range(30)]
    ann.say_goodbye()
    told = room.connect("bob", since=0).messages(30)
    assert [frame["id"] for frame in told] == said
    assert [record["id"] for record in records(http, room.name)] == said


@pytest.mark.no_history
def test_without_a_history_nothing_is_counted(room: Room) -> None:
    ann = room.connect("ann", since=0)
    assert ann.frame()["seq"] is None
    ann.say("hello")
    ann.send_image(_PNG)
    assert [frame["seq"] for frame in ann.messages(2)] == [None, None]
    assert ann.answers() == []
    assert ann.acks == [], "nothing is kept, and so nothing confirmed"


@pytest.mark.no_history
def test_without_a_history_nothing_is_replayed(room: Room) -> None:
    (ann,) = room.gather("ann")
    ann.say("before")
    ann.until("message", text="before")
    bob = room.connect("bob", since=0)
    assert bob.frame()["type"] == "welcome"
    assert bob.heard() == []
