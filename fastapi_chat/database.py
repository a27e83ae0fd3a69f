"""Queries from coroutines: one session for each query, from one engine."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, BigInteger, Connection, Identity, Integer, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from chat_core.database import (
    POSTGRESQL_OPTIONS,
    READERS,
    SQLITE_BUSY_SECONDS,
    SQLITE_PRAGMAS,
    SQLITE_WRITE,
    DatabaseFile,
    answer_seconds,
    answer_within,
    unavailable,
)
from chat_core.outages import OutageLog
from chat_core.settings import Settings
from chat_core.unavailable import FailedError, UnavailableError

logger = logging.getLogger(__name__)

TABLES: Final = "fastapi_chat_"
"""The prefix of all table names: both chats may share one database."""

NumberedKey = Annotated[
    int,
    mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
]
"""SQLite numbers rows by itself only if the key has the type INTEGER."""

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Base(DeclarativeBase):
    """Of all models."""


class Database:
    """One query at a time writes, a few read; connected at the first query."""

    def __init__(self, settings: Settings) -> None:
        self.outages = OutageLog("database", logger)
        self._seconds = answer_seconds(settings)
        self._file = DatabaseFile(settings)
        self._engine = make_engine(settings)
        self._reading = asyncio.Semaphore(READERS)
        self._writing = asyncio.Semaphore(1)
        # A reading query is one statement, so it needs no transaction.
        reader = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._read_sessions = async_sessionmaker(reader)
        # After the commit, expired attributes of an object could not be loaded any more.
        self._write_sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    async def read(
        self,
        question: Callable[Concatenate[AsyncSession, Parameters], Awaitable[Answer]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        """Run a query with a reading session. Raises UnavailableError."""

        async def ask() -> Answer:
            self._file.check()
            async with self._reading, self._read_sessions() as session:
                return await question(session, *args, **kwargs)

        return await self._answer("read", ask())

    async def write(
        self,
        question: Callable[Concatenate[AsyncSession, Parameters], Awaitable[Answer]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        """Run a query in one transaction, and commit it. Raises UnavailableError."""

        async def ask() -> Answer:
            self._file.check()
            async with self._writing, self._write_sessions.begin() as session:
                answer = await question(session, *args, **kwargs)
            self._file.check()  # what is written to a file that is gone is lost
            return answer

        return await self._answer("write", ask())

    async def stop(self) -> None:
        """Disconnect."""
        await self._engine.dispose()

    async def _answer(self, use: str, ask: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            answer = await self._answer_within(ask)
        except UnavailableError as exc:
            if isinstance(exc, FailedError):
                self.outages.failed(str(exc), exc)
            else:
                self.outages.began(use, str(exc), time.monotonic())
            raise
        self.outages.ended(use, time.monotonic())
        return answer

    async def _answer_within(self, ask: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return await answer_within(self._seconds, ask)
        except IntegrityError:
            raise
        except DBAPIError as exc:
            raise unavailable(exc.orig or exc) from exc
        except (PoolTimeoutError, OSError) as exc:
            raise unavailable(exc) from exc


def make_engine(settings: Settings) -> AsyncEngine:
    """The engine of the history in the settings, which must not be off."""
    url = make_url(settings.history)
    return _sqlite(url) if settings.history_kind == "sqlite" else _postgresql(url)


def _sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        connect_args={"timeout": SQLITE_BUSY_SECONDS},
        pool_size=READERS + 1,
        max_overflow=0,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # `begin` starts transactions, not the driver
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"BEGIN {SQLITE_WRITE}")

    return engine


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+psycopg").update_query_dict(
            {**POSTGRESQL_OPTIONS, **url.query}
        ),
        pool_size=READERS + 1,
        max_overflow=0,
        pool_pre_ping=True,
    )
