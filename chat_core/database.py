"""Database settings that both chats share: the durability of a commit, the limits on time."""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from typing import Any, Final, TypeVar

from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError

Answer = TypeVar("Answer")

READERS: Final = 4
"""The number of connections for reading in one process; there is one more for writing."""

SQLITE_BUSY_SECONDS: Final = 5
"""How long to wait for another writing process."""

SQLITE_PRAGMAS: Final = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
"""WAL: a reader never waits for a writer. FULL: a commit survives a loss of power, as in
PostgreSQL."""

SQLITE_WRITE: Final = "IMMEDIATE"
"""A writing transaction takes the lock at its beginning, where it can wait; later it would fail."""

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
"""Options of libpq; a URL may override them. A dead host is noticed, and no statement, lock or open
transaction blocks the others for long."""

_ANSWER_SECONDS: Final = {"sqlite": SQLITE_BUSY_SECONDS + 1.0, "postgresql": 3.0}


def answer_seconds(settings: Settings) -> float:
    """How long a chat waits for its database before this counts as an outage."""
    return _ANSWER_SECONDS[settings.history_kind]


async def answer_within(seconds: float, asked: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for an answer. Raises UnavailableError if none comes in time.

    The query goes on after that, because a cancelled driver first asks its server to stop, and the
    server may be frozen. So a transaction may still be committed afterwards.
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
    """The error for a driver's error: only its first line, without statement and values."""
    lines = str(error).strip().splitlines()
    return UnavailableError(f"database: {lines[0] if lines else type(error).__name__}")


def _forget(task: asyncio.Future[Any]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        task.exception()
