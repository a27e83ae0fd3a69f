"""The identity of a new member: by a ticket, a cookie, or a guest's name."""

import pytest

from chat_core.frames import SUBPROTOCOL
from tests.accounts.visitor import Visitor, new_name
from tests.conformance.room import Room

NOT_SIGNED_IN = 4401


def test_a_cookie_has_precedence_over_a_name(visitor: Visitor, room: Room) -> None:
    visitor.register()
    for name in (None, "somebody else", "\0"):
        member = room.connect(name, cookie=visitor.cookie)
        assert member.frame()["user"] == visitor.name


def test_a_ticket_has_precedence_over_a_cookie(
    visitor: Visitor, other: Visitor, room: Room
) -> None:
    visitor.register()
    other.register()
    offered = [SUBPROTOCOL, visitor.ticket()]
    member = room.connect("guest", cookie=other.cookie, subprotocols=offered)
    assert member.subprotocol == SUBPROTOCOL
    assert member.frame()["user"] == visitor.name


@pytest.mark.parametrize("token", ["", "unknown", "x" * 43])
def test_an_invalid_ticket_is_refused_even_with_a_session_and_a_name(
    visitor: Visitor, room: Room, token: str
) -> None:
    offered = [SUBPROTOCOL, f"ticket.{token}"]
    cookie = visitor.register().cookie
    assert room.connect("guest", cookie=cookie, subprotocols=offered).closed().code == NOT_SIGNED_IN


def test_an_ended_session_may_join_only_as_a_guest(visitor: Visitor, room: Room) -> None:
    cookie = visitor.register().cookie
    visitor.post("logout")
    closed = room.connect(None, cookie=cookie).closed()
    assert (closed.code, closed.reason) == (NOT_SIGNED_IN, "sign in first")
    guest = new_name()
    assert room.connect(guest, cookie=cookie).frame()["user"] == guest


def test_a_handshake_without_any_identity_is_a_bad_name(room: Room) -> None:
    assert room.connect(None).closed().code == 4400


def test_a_guest_cannot_use_the_name_of_an_account(visitor: Visitor, room: Room) -> None:
    visitor.register(f"Straße {new_name()[-8:]}")
    tail = visitor.name.split()[-1]
    for name in (
        visitor.name,
        f" {visitor.name} ",
        f"STRASSE {tail.upper()}",
        f"straße\u3000{tail}",
        f"stra\u200bße {tail}",
    ):
        closed = room.connect(name).closed()
        assert closed.code == NOT_SIGNED_IN
        assert closed.reason == "this name belongs to an account: sign in, or choose another"
    assert room.enter(f"Strase {tail}")


def test_a_handshake_with_a_bad_room_uses_no_ticket(visitor: Visitor, room: Room) -> None:
    visitor.register()
    ticket = visitor.ticket()
    with Room(room.url, "a.b") as nowhere:
        assert nowhere.connect(None, subprotocols=[SUBPROTOCOL, ticket]).closed().code == 4400
    assert room.connect(None, subprotocols=[SUBPROTOCOL, ticket]).frame()["user"] == visitor.name
