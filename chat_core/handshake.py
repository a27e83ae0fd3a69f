"""What a client says before its first frame: room, since, who it is, and where its page is from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chat_core import protocol_limits
from chat_core.close_codes import (
    REASONS,
    RESERVED_NAME_REASON,
    SIGNED_OUT_REASON,
    CloseCode,
)
from chat_core.names import read_name

_ROOM = re.compile(rf"[A-Za-z0-9_-]{{1,{protocol_limits.ROOM_CHARACTERS}}}")
_SINCE = re.compile(r"[0-9]{1,18}")
_TICKET = "ticket."


class RefusedHandshakeError(Exception):
    """The socket is accepted and then closed with `code` and this reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Handshake:
    """Where to, and from when on; `since` is None where no replay was asked for."""

    room: str
    since: int | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a member is; `session` tells the sockets of one signed-in session, empty for a guest."""

    user: str
    session: str = ""

    @property
    def end_reason(self) -> str:
        """What a member is told when the identity ends; the close code is NOT_SIGNED_IN."""
        return SIGNED_OUT_REASON if self.session else RESERVED_NAME_REASON


def read_handshake(room: str, since: str | None) -> Handshake:
    """Check the path's room and the query's since. Raises RefusedHandshakeError with 4400."""
    if not is_room(room):
        raise _bad(f"room takes 1 to {protocol_limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -")
    if since is not None and not _SINCE.fullmatch(since):
        raise _bad("since takes an integer from 0")
    return Handshake(room, None if since is None else int(since))


def read_guest(name: str | None, *, guests: bool = True) -> str:
    """Check the name by which a guest comes. Raises RefusedHandshakeError with 4400 or 4401."""
    if not guests:
        raise not_signed_in()
    user = read_name(name or "")
    if user is None:
        raise _bad(
            f"name takes 1 to {protocol_limits.NAME_CODE_POINTS} code points that are seen, "
            "no control characters"
        )
    return user


def is_room(room: str) -> bool:
    """Whether a room may be called so."""
    return _ROOM.fullmatch(room) is not None


def ticket_in(subprotocols: Iterable[str]) -> str | None:
    """The ticket that a client offers as its second subprotocol, if it does."""
    offered = (name for name in subprotocols if name.startswith(_TICKET))
    return next((name.removeprefix(_TICKET) for name in offered), None)


def not_signed_in(reason: str = REASONS[CloseCode.NOT_SIGNED_IN]) -> RefusedHandshakeError:
    """4401: nobody, or nobody any more."""
    return RefusedHandshakeError(CloseCode.NOT_SIGNED_IN, reason)


def origin_allowed(origin: str | None, allowed: Iterable[str]) -> bool:
    """Tell whether an Origin header may come in; who sends none is not a browser."""
    return origin is None or "*" in allowed or origin.lower() in allowed


def _bad(reason: str) -> RefusedHandshakeError:
    return RefusedHandshakeError(CloseCode.BAD_HANDSHAKE, reason)
