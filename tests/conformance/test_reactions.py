"""react and reactions: the emojis of a message, each user counted once with each."""

import httpx
import pytest

from chat_core.protocol_limits import REACTIONS
from tests.conformance.browser import Account, Browser, come_by_ticket
from tests.conformance.records import records, referred
from tests.conformance.room import Frame, Member, Room

pytestmark = pytest.mark.depends_on("fanout", "history")

_PNG = b"\x89PNG\r\n\x1a\n"
_UP, _HEART = REACTIONS[:2]


def _react(member: Member, seq: int, emoji: str = _UP, *, on: bool = True) -> None:
    member.send({"type": "react", "seq": seq, "emoji": emoji, "on": on, "id": "r"})


def _told(user: str, counts: dict[str, int], emoji: str = _UP, *, on: bool = True) -> Frame:
    named = {"user": user, "emoji": emoji, "on": on}
    return {"type": "reactions", "seq": 1, "counts": counts} | named


def _refusals(member: Member) -> list[tuple[str, str]]:
    return [(each["code"], each["id"]) for each in member.answers() if each["type"] == "error"]


def test_the_welcome_has_the_eight_reactions(room: Room) -> None:
    assert room.connect("ann").frame()["limits"]["reactions"] == list(REACTIONS)
    assert len(set(REACTIONS)) == 8


@pytest.mark.history
def test_every_member_hears_the_counts_and_the_history_has_them(
    room: Room, http: httpx.Client
) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.say("cake?")
    (said,) = ann.messages(1)
    bob.messages(1)
    _react(bob, 1, _HEART)
    for member in (ann, bob):
        assert member.until("reactions") == _told("bob", {_HEART: 1}, _HEART)
    _react(ann, 1)
    for member in (ann, bob):
        frame = member.until("reactions")
        assert frame == _told("ann", {_UP: 1, _HEART: 1})
        assert list(frame["counts"]) == [_UP, _HEART], "in the order of the limits"
    kept = said | {"reactions": {_UP: 1, _HEART: 1}}
    assert records(http, room.name) == [kept]
    assert room.enter("eve", since=0).messages(1) == [kept]
    for member, emoji in ((bob, _HEART), (ann, _UP)):
        _react(member, 1, emoji, on=False)
        ann.until("reactions", emoji=emoji, on=False)
    assert records(http, room.name) == [said]


@pytest.mark.history
def test_a_user_counts_once_in_all_connections(room: Room) -> None:
    ann, tab, bob = room.gather("ann", "ann", "bob")
    ann.ack(ann.say("cake?"))
    for member in (ann, ann, tab):
        _react(member, 1)
        assert _refusals(member) == []
    _react(bob, 1)
    told = [frame for frame in bob.heard() if frame["type"] == "reactions"]
    assert told == [_told("ann", {_UP: 1}), _told("bob", {_UP: 2})], "nothing is told twice"


@pytest.mark.history
def test_an_account_counts_once(room: Room, account: Account, signed_in: Browser) -> None:
    first = signed_in.come_in(room)
    first.ack(first.say("cake?"))
    _react(first, 1)
    assert first.until("reactions") == _told(account.username, {_UP: 1})
    second = come_by_ticket(room, signed_in.ticket())
    second.until("welcome")
    _react(second, 1, on=False)
    assert second.until("reactions") == _told(account.username, {}, on=False)


@pytest.mark.history
def test_simultaneous_reactions_are_all_counted(room: Room, http: httpx.Client) -> None:
    members = room.gather(*(f"m{number}" for number in range(6)))
    members[0].ack(members[0].say("cake?"))
    for emoji in REACTIONS[:3]:
        for member in members:
            _react(member, 1, emoji)
    for member in members:
        assert _refusals(member) == []
    assert records(http, room.name)[0]["reactions"] == dict.fromkeys(REACTIONS[:3], 6)


@pytest.mark.history
def test_an_image_has_reactions_too(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.send_image(_PNG)
    (said,) = ann.messages(1)
    _react(ann, 1)
    ann.until("reactions")
    assert records(http, room.name) == [referred(room, said) | {"reactions": {_UP: 1}}]


@pytest.mark.history
def test_a_reaction_to_no_message_is_refused(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    for _ in range(2):
        ann.ack(ann.say("never mind"))
    _react(ann, 1)
    ann.send({"type": "unsay", "seq": 1})
    ann.until("unsaid")
    with Room(room.url) as other:
        elsewhere = other.enter("ann")
        for member, seq in ((ann, 1), (ann, 3), (elsewhere, 2)):
            _react(member, seq)
            assert _refusals(member) == [("invalid_field", "r")]
    assert all("reactions" not in record for record in records(http, room.name))


@pytest.mark.no_history
def test_without_a_history_there_are_no_reactions(room: Room) -> None:
    ann = room.enter("ann")
    ann.say("hello")
    ann.messages(1)
    _react(ann, 1)
    assert _refusals(ann) == [("invalid_field", "r")]
