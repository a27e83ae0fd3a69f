"""Queries from coroutines: through threads of this module, each with a separate connection.

Channels has one thread for all consumers of a process, and every delivery hops to this thread and
back. Queries in that thread would delay every delivery.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from chat_core.database import READERS, DatabaseFile, answer_seconds, answer_within, unavailable
from chat_core.outages import OutageLog
from chat_core.settings import Settings
from chat_core.unavailable import FailedError, UnavailableError

logger = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Use = Literal["read", "write"]


class Database:
    """One thread that writes, and a few that read; started at the first query."""

    def __init__(self, settings: Settings) -> None:
        self.outages = OutageLog("database", logger)
        self._seconds = answer_seconds(settings)
        self._file = DatabaseFile(settings)
        self._connections: list[BaseDatabaseWrapper] = []
        self._writer = ThreadPoolExecutor(1, "database-writer", self._connect)
        self._readers = ThreadPoolExecutor(READERS, "database-reader", self._connect)

    async def read(
        self,
        question: Callable[Parameters, Answer],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        """Run a query in a reading thread. Raises UnavailableError."""
        return await self._ask("read", question, *args, **kwargs)

    async def write(
        self,
        question: Callable[Parameters, Answer],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        """Run a query in the writing thread. Raises UnavailableError."""
        return await self._ask("write", question, *args, **kwargs)

    async def stop(self) -> None:
        """Disconnect, and leave no thread behind."""
        await asyncio.to_thread(self._disconnect)

    def _disconnect(self) -> None:
        for threads in (self._writer, self._readers):
            threads.shutdown()
        for connection in self._connections:
            connection.close()

    async def _ask(
        self,
        use: Use,
        question: Callable[Parameters, Answer],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        ask = self.in_thread(use, question)
        try:
            self._file.check()
            answer = await answer_within(self._seconds, ask(*args, **kwargs))
            self._file.check()  # what was written to a file that is gone is lost
        except IntegrityError:
            raise
        except (DatabaseError, InterfaceError, UnavailableError) as exc:
            error = exc if isinstance(exc, UnavailableError) else unavailable(exc.__cause__ or exc)
            if isinstance(error, FailedError):
                self.outages.failed(str(error), exc)
            else:
                self.outages.began(use, str(error), time.monotonic())
            raise error from exc
        self.outages.ended(use, time.monotonic())
        return answer

    def in_thread(
        self, use: Use, question: Callable[Parameters, Answer]
    ) -> Callable[Parameters, Coroutine[Any, Any, Answer]]:
        """The query as a coroutine function, which runs in a thread for this use."""
        threads = self._writer if use == "write" else self._readers
        return database_sync_to_async(question, thread_sensitive=False, executor=threads)

    def _connect(self) -> None:
        """Register a thread's connection, so that `stop` closes it after the thread has ended."""
        connection = connections[DEFAULT_DB_ALIAS]
        connection.inc_thread_sharing()
        self._connections.append(connection)
