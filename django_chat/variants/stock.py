"""The database as Channels and Django have it by default.

It shows the cost of the defaults. All queries of a process run one after another in the thread that
asgiref shares, where Channels also closes old connections at each event of a consumer. And each
query connects anew: Django closes a connection after its use unless CONN_MAX_AGE is set, and
Django's documentation says not to set it under ASGI.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from channels.db import database_sync_to_async

from django_chat.database import Answer, Database, Parameters, Use


class StockDatabase(Database):
    """Queries through `database_sync_to_async` as it is; the module says what it shows."""

    def in_thread(
        self, use: Use, question: Callable[Parameters, Answer]
    ) -> Callable[Parameters, Coroutine[Any, Any, Answer]]:
        return database_sync_to_async(question)
