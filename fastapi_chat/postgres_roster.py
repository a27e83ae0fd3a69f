"""The members of rooms, in PostgreSQL, for several processes without a Redis.

The tables are made at the first use. A crash of the database empties them; living processes then
put their members back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

from chat_core import protocol_limits
from chat_core.roster import Absence, Departure, Presence, RoomCount
from chat_core.shared_roster import Join, SharedRoster, Sign
from chat_core.unavailable import UnavailableError
from fastapi_chat.postgres_failures import POSTGRES_FAILURES

_CONNECTIONS: Final = 4
_ANSWER_SECONDS: Final = protocol_limits.BROKER_ANSWER_SECONDS
# A process that freezes in a transaction would block the others by its locks.
_SESSION: Final = {"idle_in_transaction_session_timeout": f"{_ANSWER_SECONDS * 1000:.0f}"}

_TABLES = """
SELECT pg_advisory_xact_lock(hashtext('chat_roster'));
CREATE UNLOGGED TABLE IF NOT EXISTS chat_roster_process
  (process text PRIMARY KEY, beat timestamptz NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS chat_roster_member
  (member text PRIMARY KEY, process text NOT NULL, room text NOT NULL, name text NOT NULL);
CREATE INDEX IF NOT EXISTS chat_roster_member_process ON chat_roster_member (process);
CREATE INDEX IF NOT EXISTS chat_roster_member_room ON chat_roster_member (room);
CREATE UNLOGGED TABLE IF NOT EXISTS chat_roster_buried
  (process text PRIMARY KEY, at timestamptz NOT NULL);
CREATE SEQUENCE IF NOT EXISTS chat_roster_version;
"""

# A change of a room holds its lock to the end of the transaction, so a version includes all changes
# with lower versions.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('chat_roster.' || $1))"
_VERSION = "SELECT nextval('chat_roster_version')"
_COUNT = "SELECT count(*) FROM chat_roster_member WHERE room = $1"
_NAMES = "SELECT name FROM chat_roster_member WHERE room = $1"
_ROOMS = "SELECT room, count(*) FROM chat_roster_member GROUP BY room"
_KNOW = """
INSERT INTO chat_roster_process VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING
"""
_JOIN = """
INSERT INTO chat_roster_member (member, process, room, name) VALUES ($1, $2, $3, $4)
ON CONFLICT (member) DO NOTHING
"""
_LEAVE = "DELETE FROM chat_roster_member WHERE member = $1"
_BEAT = """
INSERT INTO chat_roster_process VALUES ($1, clock_timestamp())
ON CONFLICT (process) DO UPDATE SET beat = excluded.beat RETURNING xmax <> 0
"""
_BURY = """
WITH dead AS (
  DELETE FROM chat_roster_process WHERE beat < clock_timestamp() - make_interval(secs => $1)
  RETURNING process)
INSERT INTO chat_roster_buried SELECT process, clock_timestamp() FROM dead
ON CONFLICT (process) DO UPDATE SET at = excluded.at RETURNING process
"""
_REVIVE = "DELETE FROM chat_roster_buried WHERE process = $1"
_IS_BURIED = "SELECT EXISTS (SELECT FROM chat_roster_buried WHERE process = $1)"
_FORGET_BURIED = "DELETE FROM chat_roster_buried WHERE at < clock_timestamp() - interval '1 day'"
_MEMBERS_OF = """
SELECT member, room, name FROM chat_roster_member WHERE process = ANY($1) ORDER BY room, member
"""


class PostgresRoster(SharedRoster):
    """The rooms of all processes that share a database.

    `process` is a name that no other process has or had.
    """

    def __init__(self, url: str, process: str) -> None:
        super().__init__()
        self._url = url
        self._process = process
        self._opening = asyncio.Lock()
        self._pool: Any = None

    async def rooms(self) -> list[RoomCount]:
        async with self._transaction() as connection:
            rows = await connection.fetch(_ROOMS)
        return sorted(RoomCount(room, count) for room, count in rows)

    async def check(self) -> None:
        async with self._transaction() as connection:
            await connection.execute("SELECT 1")

    async def stop(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            self._pool.terminate()

    async def _put_in(self, room: str, member: str, user: str) -> Join:
        async with self._transaction() as connection:
            registered = await connection.execute(_KNOW, self._process) != "INSERT 0 0"
            await connection.execute(_LOCK, room)
            added = await connection.execute(_JOIN, member, self._process, room, user)
            version = await connection.fetchval(_VERSION)
            count = await connection.fetchval(_COUNT, room)
            rows = (
                await connection.fetch(_NAMES, room)
                if count <= protocol_limits.PRESENCE_MEMBERS
                else []
            )
        presence = Presence(count, sorted(row["name"] for row in rows), version)
        return Join(presence, added != "INSERT 0 0", registered)

    async def _take_out(self, room: str, member: str) -> Absence:
        async with self._transaction() as connection:
            absence, removed = await _take_out(connection, room, member)
            told = not removed and await connection.fetchval(_IS_BURIED, self._process)
        return replace(absence, told=told)

    async def _say_alive(self) -> Sign:
        async with self._transaction() as connection:
            known = await connection.fetchval(_BEAT, self._process)
            buried = await connection.execute(_REVIVE, self._process) != "DELETE 0"
            await connection.execute(_FORGET_BURIED)
            departures = await _bury(connection)
        self._departures += departures
        return Sign(known, buried)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Any]:
        """A connection, in a transaction. Raises UnavailableError."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                pool = await self._open()
                async with pool.acquire() as connection, connection.transaction():
                    yield connection
        except POSTGRES_FAILURES as exc:
            raise UnavailableError(f"PostgreSQL: {exc}") from exc

    async def _open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                pool = await asyncpg.create_pool(
                    self._url, min_size=0, max_size=_CONNECTIONS, server_settings=_SESSION
                )
                async with pool.acquire() as connection, connection.transaction():
                    await connection.execute(_TABLES)
                self._pool = pool
            return self._pool


async def _take_out(connection: Any, room: str, member: str) -> tuple[Absence, bool]:
    """Remove a member. Returns the room without it, and whether the member was there."""
    await connection.execute(_LOCK, room)
    removed = await connection.execute(_LEAVE, member) != "DELETE 0"
    version = await connection.fetchval(_VERSION)
    return Absence(await connection.fetchval(_COUNT, room), version), removed


async def _bury(connection: Any) -> list[Departure]:
    """Remove the members of dead processes; returns their departures."""
    dead = await connection.fetch(_BURY, float(protocol_limits.PROCESS_DEAD_SECONDS))
    if not dead:
        return []
    departures = []
    for member, room, name in await connection.fetch(_MEMBERS_OF, [row["process"] for row in dead]):
        absence, _ = await _take_out(connection, room, member)
        departures.append(Departure(room, name, absence.count, absence.version, member))
    return departures
