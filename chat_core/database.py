"""Database settings that both chats share: the durability of a commit, the limits on time."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Collection, Coroutine, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from chat_core.settings import Settings
from chat_core.unavailable import FailedError, UnavailableError

Answer = TypeVar("Answer")

READERS: Final = 4
"""The number of connections for reading in one process; there is one more for writing."""

SQLITE_BUSY_SECONDS: Final = 5
"""How long to wait for another writing process."""

SQLITE_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
)
"""WAL: a reader never waits for a writer. FULL: a commit survives a loss of power, as in
PostgreSQL. Secure delete: what is deleted is overwritten, for a member may have taken it back."""

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

_SQLITE_OUTAGES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_POSTGRESQL_OUTAGES: Final = frozenset({"08", "25", "28", "3D", "40", "53", "55", "57", "58", "XX"})
"""Classes of SQLSTATE: connections, transactions, resources, an operator, a crash."""

_KEYS_A_QUERY: Final = 500

_ANSWER_SECONDS: Final = {"sqlite": SQLITE_BUSY_SECONDS + 1.0, "postgresql": 3.0}


def in_parts(keys: Collection[str]) -> Iterator[Sequence[str]]:
    """All keys, in parts that fit into one query."""
    every = tuple(keys)
    for start in range(0, len(every), _KEYS_A_QUERY):
        yield every[start : start + _KEYS_A_QUERY]


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


class DatabaseFile:
    """Notices that a SQLite file is removed while it is open: what is written then is lost."""

    def __init__(self, settings: Settings) -> None:
        path = settings.history.removeprefix("sqlite:///")
        self._path = path if settings.history_kind == "sqlite" else None
        self._opened: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise UnavailableError where the file is not the file that was there first."""
        if self._path is None:
            return
        try:
            found = os.stat(self._path)
        except OSError:
            there = None
        else:
            there = (found.st_dev, found.st_ino)
        self._opened = self._opened or there
        if there != self._opened:
            raise UnavailableError("database: its file was removed or replaced: start again")


def unavailable(error: BaseException) -> UnavailableError:
    """What a driver's error is: an outage, or else a failure.

    Its first line is told, which has no statement and no values.
    """
    lines = str(error).strip().splitlines()
    reason = f"database: {lines[0] if lines else type(error).__name__}"
    return UnavailableError(reason) if _is_outage(error) else FailedError(reason)


def _is_outage(error: BaseException) -> bool:
    """By the code of SQLite or PostgreSQL; without one there was most often no answer."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:  # SQLite has one class of exceptions for an outage and for a missing table
        return code & 0xFF in _SQLITE_OUTAGES
    state = getattr(error, "sqlstate", None)
    if state is None:
        return type(error).__name__ not in ("DatabaseError", "DataError", "ProgrammingError")
    return state[:2] in _POSTGRESQL_OUTAGES


def _forget(task: asyncio.Future[Any]) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        task.exception()
