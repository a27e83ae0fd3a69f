"""Accounts without a framework: accepted names and passwords, and the errors of the calls.

A client gets a token and shows it again later. A database keeps only the digest of a token, so a
reader of the database cannot sign in with it.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from chat_core import protocol_limits
from chat_core.close_codes import RESERVED_NAME_REASON
from chat_core.handshake import RefusedHandshakeError, origin_allowed
from chat_core.handshake import not_signed_in as close_not_signed_in
from chat_core.names import fold_name, read_name
from chat_core.unavailable import UnavailableError

BODY_BYTES: Final = 16 * 1024
"""The largest body of a call. Credentials need a fraction of it, even with escapes."""

SESSION_SECONDS: Final = 14 * 24 * 60 * 60
SWEEP_SECONDS: Final = 60
"""How often a process deletes expired tickets and sessions, in seconds."""

KEY_CODE_POINTS: Final = protocol_limits.NAME_CODE_POINTS * 18
"""The largest length of a folded name: NFKC makes at most 18 code points of one."""

DIGEST_CHARACTERS: Final = 64

# Argon2id as OWASP has it, least memory first: a login costs about 20 ms of one core and 19 MiB.
ARGON2_TIME_COST: Final = 2
ARGON2_MEMORY_KIB: Final = 19 * 1024
ARGON2_PARALLELISM: Final = 1

BODY: Final = "the body takes one JSON object with username and password, both strings"
ROOM_BODY: Final = "the body takes one JSON object with room, a string, and private, which is true"
USERNAME: Final = (
    f"username takes 1 to {protocol_limits.NAME_CODE_POINTS} code points that are seen, "
    "no control characters"
)
PASSWORD: Final = (
    f"password takes {protocol_limits.PASSWORD_CODE_POINTS[0]} to "
    f"{protocol_limits.PASSWORD_CODE_POINTS[1]} code points"
)
"""The error details for an invalid body and for invalid fields."""

_NO_ACCOUNTS: Final = "accounts need a database: CHAT_HISTORY is off"


class RefusedCallError(Exception):
    """An HTTP call is refused: the answer has `status` and `{"code", "detail"}`."""

    def __init__(
        self, status: int, code: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        """Seconds until the client may try again; None if no time is known."""

    @property
    def body(self) -> dict[str, str]:
        """What is answered."""
        return {"code": self.code, "detail": self.detail}

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A trimmed name, as it is shown, and a password."""

    username: str
    password: str = field(repr=False)

    @property
    def key(self) -> str:
        """The folded name; no two accounts have the same."""
        return fold_name(self.username)


def read_username(text: str) -> str:
    """The trimmed name, as it is shown. Raises ValueError with a text for the user."""
    shown = read_name(text)
    if shown is None:
        raise ValueError(USERNAME)
    return shown


def make_token() -> str:
    """256 random bits as text that a cookie and a subprotocol can carry."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """The digest of a token, for a database. A random token needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def check_origin(origin: str | None, allowed: frozenset[str]) -> None:
    """Check the Origin of a call. Raises RefusedCallError with 403 for one that is not allowed."""
    if not origin_allowed(origin, allowed):
        raise RefusedCallError(403, "origin_not_allowed", "this origin may not call the chat")


def bad_request(detail: str) -> RefusedCallError:
    """400: the request is invalid."""
    return RefusedCallError(400, "bad_request", detail)


def body_too_large() -> RefusedCallError:
    """400: the body is longer than credentials can be."""
    return bad_request(f"the body takes at most {BODY_BYTES} bytes")


def unknown_host() -> RefusedCallError:
    """400: the Host header names no host of this chat."""
    return bad_request("this host is not served: CHAT_ORIGINS and CHAT_HOSTS name those that are")


def wrong_password() -> RefusedCallError:
    """401; an unknown user gets the same answer."""
    return RefusedCallError(401, "wrong_password", "wrong username or password")


def not_signed_in() -> RefusedCallError:
    """401: there is no session, or it has ended."""
    return RefusedCallError(401, "not_signed_in", "sign in first")


def name_taken() -> RefusedCallError:
    """409: an account has this name, or one that looks the same."""
    return RefusedCallError(409, "name_taken", "this name is taken: choose another")


def room_taken() -> RefusedCallError:
    """409: the room has messages or members, or is private already."""
    return RefusedCallError(409, "room_taken", "this room is taken: choose another name")


def no_room() -> RefusedCallError:
    """404: there is no such room for this user: it may be private."""
    return RefusedCallError(404, "not_found", "there is no such room")


def too_many_rooms() -> RefusedCallError:
    """429: the account has as many private rooms as it may have."""
    detail = f"an account may have {protocol_limits.PRIVATE_ROOMS} private rooms"
    return RefusedCallError(429, "too_many_rooms", detail)


def too_many_invitations() -> RefusedCallError:
    """429: the account has as many invitations that are still valid as it may have."""
    most = protocol_limits.OPEN_INVITATIONS
    detail = f"an account may have {most} open invitations: withdraw those of a room first"
    return RefusedCallError(429, "too_many_invitations", detail)


def too_many_attempts(retry_after: int) -> RefusedCallError:
    """429; `retry_after` in seconds."""
    detail = "too many attempts: try again later"
    return RefusedCallError(429, "too_many_attempts", detail, retry_after=retry_after)


def too_many_handshakes() -> RefusedCallError:
    """429: more handshakes from one address than CHAT_HANDSHAKE_RATE."""
    return RefusedCallError(429, "rate_limited", "too many handshakes: come back", retry_after=1)


def no_accounts() -> RefusedCallError:
    """503: the chat runs without a database."""
    return RefusedCallError(503, "unavailable", _NO_ACCOUNTS)


def away(unavailable: UnavailableError) -> RefusedCallError:
    """503: a part that the chat needs does not answer."""
    return RefusedCallError(503, "unavailable", f"{unavailable.part} does not answer: try again")


def invalid_ticket() -> RefusedHandshakeError:
    """4401: the ticket is unknown, used or expired, or its session has ended."""
    return close_not_signed_in("this ticket is not good any more: ask for another")


def reserved_name() -> RefusedHandshakeError:
    """4401: a guest uses the name of an account."""
    return close_not_signed_in(RESERVED_NAME_REASON)


class Sweep:
    """Says when to delete expired rows. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether a sweep is due; a due sweep starts the next interval."""
        if now < self._next:
            return False
        self._next = now + SWEEP_SECONDS
        return True
