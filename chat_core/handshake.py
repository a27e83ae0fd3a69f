"""The parts of a handshake: room, since, identity, and the Origin of the page."""

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
from chat_core.names import fold_name, read_name

ROOM = re.compile(rf"[A-Za-z0-9_-]{{1,{protocol_limits.ROOM_CHARACTERS}}}")
_SINCE = re.compile(r"[0-9]{1,18}")
_TICKET = "ticket."
_INVITATION = "invitation."


class RefusedHandshakeError(Exception):
    """A handshake is refused: the socket is accepted, then closed with `code` and this reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Handshake:
    """The room, and the seq after which to replay; `since` is None without a replay.

    `private`: the room is private, and the member was let in.
    """

    room: str
    since: int | None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a member. A guest has no `session`, which is a key, and no `account`.

    `account` is the account's number: it stays when the account gets another name.
    """

    user: str
    session: str = ""
    account: int | None = None

    @property
    def end_reason(self) -> str:
        """The close reason when the identity ends; the close code is NOT_SIGNED_IN."""
        return SIGNED_OUT_REASON if self.session else RESERVED_NAME_REASON

    def author(self, member: str) -> str:
        """The author of what this member says: the account; of a guest, only this connection.

        A guest's name is no proof: another guest may have it, before, after or at the same time.
        """
        return member if self.account is None else f"account {self.account}"

    @property
    def reactor(self) -> str:
        """Who counts once with an emoji: the account, or the guests with this name together."""
        return self.author(f"guest {fold_name(self.user)}")


def read_handshake(room: str, since: str | None) -> Handshake:
    """Check the path's room and the query's since. Raises RefusedHandshakeError with 4400."""
    if not is_room(room):
        raise _bad(f"room takes 1 to {protocol_limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -")
    if since is not None and not _SINCE.fullmatch(since):
        raise _bad("since takes an integer from 0")
    return Handshake(room, None if since is None else int(since))


def read_guest(name: str | None, *, guests: bool = True) -> str:
    """Check a guest's name; returns it trimmed. Raises RefusedHandshakeError with 4400 or 4401."""
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
    """Whether this is a valid name of a room."""
    return ROOM.fullmatch(room) is not None


def ticket_in(subprotocols: Iterable[str]) -> str | None:
    """The ticket among the offered subprotocols, or None."""
    return _offered(subprotocols, _TICKET)


def invitation_in(subprotocols: Iterable[str]) -> str | None:
    """The invitation to a private room among the offered subprotocols, or None."""
    return _offered(subprotocols, _INVITATION)


def not_signed_in(reason: str = REASONS[CloseCode.NOT_SIGNED_IN]) -> RefusedHandshakeError:
    """4401: there is no identity, or it has ended."""
    return RefusedHandshakeError(CloseCode.NOT_SIGNED_IN, reason)


def not_invited() -> RefusedHandshakeError:
    """4403: the room is private, and nothing lets this member in."""
    return RefusedHandshakeError(CloseCode.NOT_INVITED, REASONS[CloseCode.NOT_INVITED])


def origin_allowed(origin: str | None, allowed: Iterable[str]) -> bool:
    """Whether this Origin header is allowed. A client without an Origin is not a browser."""
    return origin is None or "*" in allowed or origin.lower() in allowed


def _offered(subprotocols: Iterable[str], prefix: str) -> str | None:
    offered = (name for name in subprotocols if name.startswith(prefix))
    return next((name.removeprefix(prefix) for name in offered), None)


def _bad(reason: str) -> RefusedHandshakeError:
    return RefusedHandshakeError(CloseCode.BAD_HANDSHAKE, reason)
