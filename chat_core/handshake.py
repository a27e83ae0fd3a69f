"""What a client says before its first frame: room, name, since, origin."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from chat_core import limits
from chat_core.close_codes import REASONS, CloseCode

_ROOM = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.ROOM_CHARACTERS}}}")
_SINCE = re.compile(r"[0-9]{1,18}")


class RefusedHandshakeError(Exception):
    """The socket is accepted and then closed with `code` and this reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Handshake:
    """A guest's handshake that is in order; `since` is None where none was asked for."""

    room: str
    user: str
    since: int | None


def read_handshake(
    room: str, name: str | None, since: str | None, *, guests: bool = True
) -> Handshake:
    """Check the path's room and the query's name and since.

    Raises RefusedHandshakeError with 4400 or 4401.
    """
    if not _ROOM.fullmatch(room):
        raise _bad(f"room takes 1 to {limits.ROOM_CHARACTERS} of A-Z a-z 0-9 _ -")
    if since is not None and not _SINCE.fullmatch(since):
        raise _bad("since takes an integer from 0")
    if not guests:
        raise RefusedHandshakeError(CloseCode.NOT_SIGNED_IN, REASONS[CloseCode.NOT_SIGNED_IN])
    return Handshake(room, _guest(name or ""), None if since is None else int(since))


def origin_allowed(origin: str | None, allowed: Iterable[str]) -> bool:
    """Tell whether a handshake's Origin header may come in; one without it is not a browser's."""
    return origin is None or origin.lower() in allowed


def _guest(name: str) -> str:
    user = name.strip()
    control = any(unicodedata.category(character) == "Cc" for character in user)
    if not 1 <= len(user) <= limits.NAME_CODE_POINTS or control:
        raise _bad(f"name takes 1 to {limits.NAME_CODE_POINTS} code points, no control characters")
    return user


def _bad(reason: str) -> RefusedHandshakeError:
    return RefusedHandshakeError(CloseCode.BAD_HANDSHAKE, reason)
