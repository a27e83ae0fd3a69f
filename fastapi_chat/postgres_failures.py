"""The exceptions of asyncpg that mean: PostgreSQL, or the connection to it, does not answer."""

from typing import Final

import asyncpg  # type: ignore[import-untyped]

POSTGRES_FAILURES: Final = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # "cannot switch to state 12": the server ended the connection during the query before.
    asyncpg.InternalClientError,
)
