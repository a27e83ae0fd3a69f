"""unsay and unsaid: the author takes back a message, and what it said is gone."""

import httpx
import pytest

from tests.conformance.browser import Account, Browser, assert_error, come_by_ticket
from tests.conformance.records import records
from tests.conformance.room import Frame, Member, Room

pytestmark = pytest.mark.depends_on("fanout", "history")

_PNG = b"\x89PNG\r\n\x1a\n"


def _unsay(member: Member, seq: int, identifier: str = "u") -> None:
    member.send({"type": "unsay", "seq": seq, "id": identifier})


def _refusals(member: Member) -> list[tuple[str, str]]:
    return [(each["code"], each["id"]) for each in member.answers() if each["type"] == "error"]


def _without_text(frame: Frame) -> Frame:
    """A message that was taken back, as the history has it."""
    kept = {key: frame[key] for key in ("seq", "id", "user", "at")}
    return {"type": "message", "text": "", "unsaid": True} | kept


@pytest.mark.history
def test_every_member_hears_of_it_and_the_text_is_gone(room: Room, http: httpx.Client) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.say("never mind")
    (said,) = ann.messages(1)
    _unsay(ann, 1)
    for member in (ann, bob):
        assert member.until("unsaid") == {"type": "unsaid", "seq": 1, "user": "ann"}
    assert records(http, room.name) == [_without_text(said)]
    assert room.enter("eve", since=0).messages(1) == [_without_text(said)]


@pytest.mark.history
def test_a_picture_is_served_no_more(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.send_image(_PNG, name="secret.png")
    (said,) = ann.messages(1)
    url = f"/api/rooms/{room.name}/images/1"
    assert http.get(url).status_code == 200
    _unsay(ann, 1)
    ann.until("unsaid", seq=1)
    assert_error(http.get(url), 404, "not_found")
    assert records(http, room.name) == [_without_text(said)]
    assert room.enter("eve", since=0).messages(1) == [_without_text(said)]


@pytest.mark.history
def test_only_the_connection_of_a_guest_takes_back_what_it_said(
    room: Room, http: httpx.Client
) -> None:
    ann, bob, namesake = room.gather("ann", "bob", "ann")
    ann.ack(ann.say("mine"))
    with Room(room.url) as other:
        elsewhere = other.enter("ann")
        for member, seq in ((bob, 1), (namesake, 1), (ann, 2), (elsewhere, 1)):
            _unsay(member, seq)
            assert _refusals(member) == [("invalid_field", "u")]
    assert records(http, room.name)[0]["text"] == "mine"
    assert "unsaid" not in {frame["type"] for frame in ann.heard()}


@pytest.mark.history
def test_an_account_takes_back_what_it_said_in_any_connection(
    room: Room, account: Account, signed_in: Browser
) -> None:
    first = signed_in.come_in(room)
    first.ack(first.say("on the phone"))
    first.close()
    guest = room.enter("guest")
    second = come_by_ticket(room, signed_in.ticket())
    second.until("welcome")
    _unsay(second, 1)
    assert guest.until("unsaid") == {"type": "unsaid", "seq": 1, "user": account.username}


@pytest.mark.history
def test_taking_back_again_tells_nobody_anew(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.say("never mind", "same")
    ann.messages(1)
    for _ in range(3):
        _unsay(ann, 1)
    assert _refusals(ann) == []
    heard = bob.heard()
    assert [frame["seq"] for frame in heard if frame["type"] == "unsaid"] == [1]


@pytest.mark.history
def test_saying_it_again_does_not_bring_it_back(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.say("never mind", "same")
    ann.ack("same")
    _unsay(ann, 1)
    ann.until("unsaid")
    ann.say("never mind", "same")
    ann.answers()
    assert [ack["seq"] for ack in ann.acks] == [1, 1]
    assert [record["text"] for record in records(http, room.name)] == [""]


@pytest.mark.no_history
def test_without_a_history_nothing_can_be_taken_back(room: Room) -> None:
    ann = room.enter("ann")
    ann.say("hello")
    ann.messages(1)
    _unsay(ann, 1)
    assert _refusals(ann) == [("invalid_field", "u")]
