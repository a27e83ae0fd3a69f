"""A connection that PostgreSQL ends during a query is an outage, and not a mistake of the chat."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg  # type: ignore[import-untyped]
import pytest

from bench.stack.postgres import PostgresEngine
from chat_core.envelope import Envelope
from chat_core.unavailable import UnavailableError
from fastapi_chat.fanout.broadcaster import BroadcasterFanout
from fastapi_chat.postgres_roster import PostgresRoster

pytestmark = pytest.mark.postgres

ROUNDS: Final = 12
"""asyncpg raises its internal error in one of three cuts, with 20 queries at once."""
_CUT: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def url(postgres: PostgresEngine) -> str:
    return postgres.url


async def _raised(url: str, query: Callable[[], Awaitable[object]]) -> set[type[Exception]]:
    """The exceptions of 20 tasks that ask while PostgreSQL cuts all connections, each round."""
    raised: set[type[Exception]] = set()

    async def ask() -> None:
        try:
            while not cut.is_set():
                await query()
        except Exception as exc:
            raised.add(type(exc))

    for _ in range(ROUNDS):
        async with asyncio.timeout(10):
            await _until_it_answers(query)
        cut = asyncio.Event()
        cutting = await asyncpg.connect(url)
        async with asyncio.TaskGroup() as asking:
            for _ in range(20):
                asking.create_task(ask())
            await asyncio.sleep(0)
            await cutting.execute(_CUT)
            cut.set()
        await cutting.close()
    return raised


async def _until_it_answers(query: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await query()
            return
        except UnavailableError:
            await asyncio.sleep(0.02)


def test_the_fan_out_is_unavailable(url: str) -> None:
    async def scenario() -> set[type[Exception]]:
        fanout = BroadcasterFanout(url)
        await fanout.start()
        try:
            return await _raised(url, lambda: fanout.publish("room.r", Envelope("x")))
        finally:
            await fanout.stop()

    assert asyncio.run(scenario()) == {UnavailableError}


def test_the_roster_is_unavailable(url: str) -> None:
    async def scenario() -> set[type[Exception]]:
        roster = PostgresRoster(url, "p1")
        try:
            return await _raised(url, roster.check)
        finally:
            await roster.stop()

    assert asyncio.run(scenario()) == {UnavailableError}
