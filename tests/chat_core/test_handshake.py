"""Origins, and names and rooms of any kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_core import limits
from chat_core.close_codes import CloseCode
from chat_core.handshake import Handshake, RefusedHandshakeError, origin_allowed, read_handshake

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


def test_without_guests_nobody_comes_in_by_name() -> None:
    with pytest.raises(RefusedHandshakeError) as refused:
        read_handshake("r", "ann", None, guests=False)
    assert (refused.value.code, refused.value.reason) == (CloseCode.NOT_SIGNED_IN, "sign in first")


@given(st.text(max_size=70), st.text(max_size=40), st.none() | st.text(max_size=20))
def test_a_handshake_is_in_order_or_refused(room: str, name: str, since: str | None) -> None:
    answer = _answer(room, name, since)
    if isinstance(answer, RefusedHandshakeError):
        assert answer.code == CloseCode.BAD_HANDSHAKE
        assert len(answer.reason.encode()) <= 123
    else:
        assert (answer.room, answer.user) == (room, name.strip())
        assert 1 <= len(answer.user) <= limits.NAME_CODE_POINTS
        assert answer.since is None or answer.since >= 0


def _answer(room: str, name: str, since: str | None) -> Handshake | RefusedHandshakeError:
    try:
        return read_handshake(room, name, since)
    except RefusedHandshakeError as refused:
        return refused


@given(st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"), st.integers(0, 10**18 - 1))
def test_every_room_of_the_alphabet_is_one(room: str, since: int) -> None:
    handshake = read_handshake(room, "ann", str(since))
    assert (handshake.room, handshake.since) == (room, since)
