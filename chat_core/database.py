"""What both chats ask of a database alike: how safe a commit is, how long an answer may take."""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from typing import Any, Final, TypeVar

from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError

Answer = TypeVar("Answer")

READERS: Final = 4
"""How many read at once, in one process; one more writes."""

SQLITE_BUSY_SECONDS: Final = 5
"""How long to wait for another process that writes."""

SQLITE_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
"""WAL: who reads never waits for who writes. FULL: what is committed outlives a loss of power, as
it does in PostgreSQL."""

SQLITE_WRITE: Final = "IMMEDIATE"
"""A transaction that writes waits for its turn when it begins; later it could only fail."""

_POSTGRESQL_LIMITS: Final = {
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "5s",
}

POSTGRESQL_OPTIONS: Final[Mapping[str, str]] = {
    "connect_timeout": "2",
    "tcp_user_timeout": "3000",
    "keepalives_idle": "3",
    "keepalives_interval": "1",
    "keepalives_count": "2",
    "application_name": "chat",
    "options": " ".join(f"-c {name}={limit}" for name, limit in _POSTGRESQL_LIMITS.items()),
}
"""libpq's; an address may overrule them. A host that is gone is noticed, and no statement, no lock
and no transaction that was left open holds up the others for long."""

_ANSWER_SECONDS: Final = {"sqlite": SQLITE_BUSY_SECONDS + 1.0, "postgresql": 3.0}


def answer_seconds(settings: Settings) -> float:
    """How long a chat waits for its database before it tells that it is away."""
    return _ANSWER_SECONDS[settings.history_kind]


async def answer_within(seconds: float, asked: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for an answer, and raise UnavailableError where none comes in time.

    It is not waited for after that: a driver that is cancelled asks its server to stop first, and
    the server may be frozen. A transaction may therefore still be committed afterwards, once.
    """
    task = asyncio.ensure_future(asked)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            task.add_done_callback(_forget)
    if not task.done():
        raise UnavailableError(f"database: no answer in {seconds:g} s")
    return task.result()


def away(error: BaseException) -> UnavailableError:
    """What to tell of a driver's error: its first line, which has no statement and no values."""
    lines = str(error).strip().splitlines()
    return UnavailableError(f"database: {lines[0] if lines else type(error).__name__}")


def _forget(task: asyncio.Future[Any]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        task.exception()
