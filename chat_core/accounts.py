"""Accounts, as far as no framework has a part in them: what they take, and what is answered.

A token is what a client is given and shows again; a database keeps its digest alone, so that who
reads the database cannot come in.
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
"""Credentials take a fraction of it, escapes and all."""

SESSION_SECONDS: Final = 14 * 24 * 60 * 60
SWEEP_SECONDS: Final = 60
"""How often a process deletes the tickets and the sessions that have expired."""

KEY_CODE_POINTS: Final = protocol_limits.NAME_CODE_POINTS * 18
"""A folded name is never longer: NFKC makes at most 18 code points of one."""

DIGEST_CHARACTERS: Final = 64

# Argon2id as OWASP has it, least memory first: a login costs about 20 ms of one core and 19 MiB.
ARGON2_TIME_COST: Final = 2
ARGON2_MEMORY_KIB: Final = 19 * 1024
ARGON2_PARALLELISM: Final = 1

BODY: Final = "the body takes one JSON object with username and password, both strings"
USERNAME: Final = (
    f"username takes 1 to {protocol_limits.NAME_CODE_POINTS} code points that are seen, "
    "no control characters"
)
PASSWORD: Final = (
    f"password takes {protocol_limits.PASSWORD_CODE_POINTS[0]} to "
    f"{protocol_limits.PASSWORD_CODE_POINTS[1]} code points"
)
"""What is said of a body, and of a field of it, that is not as it should be."""

_NO_ACCOUNTS: Final = "accounts need a database: CHAT_HISTORY is off"


class RefusedCallError(Exception):
    """An HTTP call that is answered with `status` and `{"code", "detail"}`."""

    def __init__(
        self, status: int, code: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        """Seconds after which it may be tried again."""

    @property
    def body(self) -> dict[str, str]:
        """What is answered."""
        return {"code": self.code, "detail": self.detail}

    @property
    def headers(self) -> dict[str, str]:
        """What goes with it."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name as it is shown, trimmed, and a password."""

    username: str
    password: str = field(repr=False)

    @property
    def key(self) -> str:
        """What no two accounts have in common."""
        return fold_name(self.username)


def read_username(text: str) -> str:
    """The name as it is shown, trimmed. Raises ValueError, with words for the user."""
    shown = read_name(text)
    if shown is None:
        raise ValueError(USERNAME)
    return shown


def make_token() -> str:
    """256 random bits, as a cookie and a subprotocol can carry them."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What a database keeps of a token: it was random, so it takes no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def check_origin(origin: str | None, allowed: frozenset[str]) -> None:
    """Refuse a call from a page of others. Raises RefusedCallError with 403."""
    if not origin_allowed(origin, allowed):
        raise RefusedCallError(403, "origin_not_allowed", "this origin may not call the chat")


def bad_request(detail: str) -> RefusedCallError:
    """400: what is asked is not as it should be."""
    return RefusedCallError(400, "bad_request", detail)


def body_too_large() -> RefusedCallError:
    """400: more than credentials can be."""
    return bad_request(f"the body takes at most {BODY_BYTES} bytes")


def unknown_host() -> RefusedCallError:
    """400: the Host header names nothing that the chat is called."""
    return bad_request("this host is not served: CHAT_ORIGINS and CHAT_HOSTS name those that are")


def wrong_password() -> RefusedCallError:
    """401, in the same words for an unknown user."""
    return RefusedCallError(401, "wrong_password", "wrong username or password")


def not_signed_in() -> RefusedCallError:
    """401: no session, or one that has ended."""
    return RefusedCallError(401, "not_signed_in", "sign in first")


def name_taken() -> RefusedCallError:
    """409: an account has this name, or one that looks the same."""
    return RefusedCallError(409, "name_taken", "this name is taken: choose another")


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
    """503: something that the chat needs does not answer."""
    return RefusedCallError(503, "unavailable", f"{unavailable.part} does not answer: try again")


def invalid_ticket() -> RefusedHandshakeError:
    """4401: a ticket that is unknown, spent or expired, or whose session has ended."""
    return close_not_signed_in("this ticket is not good any more: ask for another")


def reserved_name() -> RefusedHandshakeError:
    """4401: a guest comes by the name of an account."""
    return close_not_signed_in(RESERVED_NAME_REASON)


class Sweep:
    """Tells when it is time to delete what has expired. Times in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether a sweep is due; if so, the next one is later."""
        if now < self._next:
            return False
        self._next = now + SWEEP_SECONDS
        return True
