"""The close codes, with the cause and the reason texts of each."""

from collections.abc import Callable
from typing import NamedTuple

from chat_core import accounts
from chat_core.close_codes import REASONS, SIGNED_OUT_REASON, CloseCode
from chat_core.contract import CLOSINGS
from chat_core.handshake import RefusedHandshakeError, read_guest, read_handshake


class Closing(NamedTuple):
    """One close code; `reasons` is empty if the server chooses the text."""

    code: int
    when: str
    reasons: tuple[str, ...]


def closings() -> list[Closing]:
    """All close codes, as the contract has them."""
    further = {
        CloseCode.BAD_HANDSHAKE: _bad_handshakes(),
        CloseCode.NOT_SIGNED_IN: (
            accounts.invalid_ticket().reason,
            accounts.reserved_name().reason,
            SIGNED_OUT_REASON,
        ),
    }
    return [
        Closing(code, when, (*filter(None, (REASONS.get(code),)), *further.get(code, ())))
        for code, when in CLOSINGS.items()
    ]


def _bad_handshakes() -> tuple[str, ...]:
    """The reasons for an invalid room, since and name."""
    return (
        _refused(lambda: read_handshake("", None)),
        _refused(lambda: read_handshake("r", "")),
        _refused(lambda: read_guest("")),
    )


def _refused(read: Callable[[], object]) -> str:
    try:
        read()
    except RefusedHandshakeError as refusal:
        return refusal.reason
    raise AssertionError("an invalid value was accepted")
