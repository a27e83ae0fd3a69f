"""Origins, tickets, and names and rooms of any kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_core import protocol_limits
from chat_core.close_codes import CloseCode
from chat_core.frames import SUBPROTOCOL
from chat_core.handshake import (
    Handshake,
    RefusedHandshakeError,
    origin_allowed,
    read_guest,
    read_handshake,
    ticket_in,
)
from chat_core.names import read_name

ALLOWED = frozenset({"http://localhost:8001", "https://chat.example"})


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://localhost:8001", True),
        ("HTTPS://Chat.Example", True),
        ("", False),
        ("null", False),
        ("http://localhost", False),
        ("http://localhost:8002", False),
        ("https://localhost:8001", False),
        ("http://localhost:8001/", False),
        ("http://localhost:8001.evil.example", False),
        ("https://evil.example", False),
    ],
)
def test_an_origin_is_allowed_or_not(origin: str | None, allowed: bool) -> None:
    assert origin_allowed(origin, ALLOWED) is allowed


def test_a_star_allows_every_origin() -> None:
    assert origin_allowed("https://anywhere.example", {"*"})


@pytest.mark.parametrize("name", ["ann", None, ""])
def test_without_guests_no_one_joins_by_name(name: str | None) -> None:
    with pytest.raises(RefusedHandshakeError) as refused:
        read_guest(name, guests=False)
    assert (refused.value.code, refused.value.reason) == (CloseCode.NOT_SIGNED_IN, "sign in first")


@pytest.mark.parametrize(
    ("subprotocols", "ticket"),
    [
        ([], None),
        ([SUBPROTOCOL], None),
        ([SUBPROTOCOL, "ticket.abc"], "abc"),
        (["ticket.abc", SUBPROTOCOL], "abc"),
        ([SUBPROTOCOL, "ticket."], ""),
        ([SUBPROTOCOL, "ticket.a.b"], "a.b"),
        ([SUBPROTOCOL, "ticket.first", "ticket.second"], "first"),
        ([SUBPROTOCOL, "tickets", "Ticket.abc"], None),
    ],
)
def test_a_ticket_is_a_subprotocol(subprotocols: list[str], ticket: str | None) -> None:
    assert ticket_in(subprotocols) == ticket


@given(st.text(max_size=70), st.none() | st.text(max_size=20))
def test_a_handshake_is_valid_or_refused(room: str, since: str | None) -> None:
    answer = _answer(room, since)
    if isinstance(answer, RefusedHandshakeError):
        assert answer.code == CloseCode.BAD_HANDSHAKE
        assert len(answer.reason.encode()) <= 123
    else:
        assert answer.room == room
        assert answer.since is None or answer.since >= 0


def _answer(room: str, since: str | None) -> Handshake | RefusedHandshakeError:
    try:
        return read_handshake(room, since)
    except RefusedHandshakeError as refused:
        return refused


@given(st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"), st.integers(0, 10**18 - 1))
def test_every_room_of_allowed_characters_is_valid(room: str, since: int) -> None:
    assert read_handshake(room, str(since)) == Handshake(room, since)


@given(st.text(max_size=40))
def test_a_name_is_trimmed_or_none(name: str) -> None:
    user = read_name(name)
    if user is None:
        with pytest.raises(RefusedHandshakeError):
            read_guest(name)
    else:
        assert user == name.strip() == read_guest(name) == read_name(user)
        assert 1 <= len(user) <= protocol_limits.NAME_CODE_POINTS
