"""Queries from coroutines: through threads of this module, each with a separate connection.

Channels has one thread for all consumers of a process, and every delivery hops to this thread and
back. Queries in that thread would delay every delivery.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from chat_core.database import READERS, answer_seconds, answer_within, away
from chat_core.settings import Settings

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Database:
    """One thread that writes, and a few that read; started at the first query."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = answer_seconds(settings)
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
        return await self._ask(self._readers, question, *args, **kwargs)

    async def write(
        self,
        question: Callable[Parameters, Answer],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        """Run a query in the writing thread. Raises UnavailableError."""
        return await self._ask(self._writer, question, *args, **kwargs)

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
        threads: ThreadPoolExecutor,
        question: Callable[Parameters, Answer],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Answer:
        ask = database_sync_to_async(question, thread_sensitive=False, executor=threads)
        try:
            return await answer_within(self._seconds, ask(*args, **kwargs))
        except IntegrityError:
            raise
        except (DatabaseError, InterfaceError) as exc:
            raise away(exc) from exc

    def _connect(self) -> None:
        """Register a thread's connection, so that `stop` closes it after the thread has ended."""
        connection = connections[DEFAULT_DB_ALIAS]
        connection.inc_thread_sharing()
        self._connections.append(connection)
