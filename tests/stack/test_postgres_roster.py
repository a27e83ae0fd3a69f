"""The roster in PostgreSQL, as two processes share it."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg  # type: ignore[import-untyped]
import pytest

from bench.stack.postgres import PostgresEngine
from chat_core import protocol_limits
from chat_core.roster import Beat, RoomCount
from chat_core.unavailable import UnavailableError
from fastapi_chat.postgres_roster import PostgresRoster

Scenario = Callable[[PostgresRoster, PostgresRoster], Awaitable[None]]


@pytest.fixture
def url(postgres: PostgresEngine, request: pytest.FixtureRequest) -> str:
    return postgres.create_database(request.node.name[:60])


def _run(url: str, scenario: Scenario) -> None:
    async def with_two() -> None:
        rosters = PostgresRoster(url, "p1"), PostgresRoster(url, "p2")
        await scenario(*rosters)
        for roster in rosters:
            await roster.stop()

    asyncio.run(with_two())


async def _stand_still(url: str, process: str) -> None:
    """As if the process had last been heard of when it is too long ago."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "UPDATE chat_roster_process SET beat = beat - make_interval(secs => $2) WHERE process = $1",
        process,
        float(protocol_limits.PROCESS_DEAD_SECONDS + 1),
    )
    await connection.close()


def test_processes_share_their_rooms(url: str) -> None:
    async def scenario(first: PostgresRoster, second: PostgresRoster) -> None:
        alone = await first.join("r", "1", "bob")
        both = await second.join("r", "2", "ann")
        assert (both.count, both.members) == (2, ["ann", "bob"])
        assert await second.rooms() == [RoomCount("r", 2)]
        absence = await first.leave("r", "1")
        assert absence.count == 1
        assert alone.version < both.version < absence.version

    _run(url, scenario)


def test_simultaneous_joins_are_counted_in_the_order_of_versions(url: str) -> None:
    async def scenario(first: PostgresRoster, second: PostgresRoster) -> None:
        coming = [(first, second)[number % 2].join("r", str(number), "ann") for number in range(20)]
        found = sorted(await asyncio.gather(*coming), key=lambda presence: presence.version)
        assert [presence.count for presence in found] == list(range(1, 21))

    _run(url, scenario)


def test_above_the_limit_names_are_left_out(url: str) -> None:
    async def scenario(first: PostgresRoster, _: PostgresRoster) -> None:
        for member in range(protocol_limits.PRESENCE_MEMBERS):
            presence = await first.join("r", str(member), "ann")
        assert len(presence.members) == protocol_limits.PRESENCE_MEMBERS
        above = await first.join("r", "above", "ann")
        assert (above.count, above.members) == (protocol_limits.PRESENCE_MEMBERS + 1, [])

    _run(url, scenario)


def test_members_of_a_dead_process_have_left_and_it_may_come_back(url: str) -> None:
    async def scenario(first: PostgresRoster, second: PostgresRoster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await second.join("s", "3", "cid")
        assert await first.beat() == Beat()
        await _stand_still(url, "p2")
        gone = (await first.beat()).departures
        assert [(each.room, each.user, each.count) for each in gone] == [
            ("r", "bob", 1),
            ("s", "cid", 0),
        ]
        assert await first.beat() == Beat()
        back = await second.beat()
        assert [(each.room, each.user, each.count) for each in back.arrivals] == [
            ("r", "bob", 2),
            ("s", "cid", 1),
        ]
        assert {each.member for each in gone} == {each.member for each in back.arrivals}
        assert await second.beat() == Beat()
        assert await first.rooms() == [RoomCount("r", 2), RoomCount("s", 1)]

    _run(url, scenario)


def test_a_member_of_a_removed_process_has_only_one_left(url: str) -> None:
    async def scenario(first: PostgresRoster, second: PostgresRoster) -> None:
        await second.join("r", "2", "bob")
        await second.join("r", "3", "cid")
        await _stand_still(url, "p2")
        await first.beat()
        assert (await second.leave("r", "2")).told
        assert (await second.join("r", "4", "dan")).members == ["dan"]
        assert [each.user for each in (await second.beat()).arrivals] == ["cid"]
        assert not (await second.leave("r", "4")).told

    _run(url, scenario)


def test_a_database_that_crashed_gets_the_roster_again(postgres: PostgresEngine, url: str) -> None:
    async def scenario(first: PostgresRoster, second: PostgresRoster) -> None:
        await first.join("r", "1", "ann")
        before = await second.join("r", "2", "bob")
        postgres.kill()
        with pytest.raises(UnavailableError):
            await first.check()
        with pytest.raises(UnavailableError):
            await second.leave("r", "2")
        # Not in another thread: Linux ends a child with the thread that started it.
        postgres.restart()
        assert await first.beat() == Beat()
        told = (await second.beat()).departures
        assert [(each.room, each.user, each.count) for each in told] == [("r", "bob", 1)]
        after = await second.join("r", "3", "cid")
        assert (after.count, after.members) == (2, ["ann", "cid"])
        assert after.version > before.version

    _run(url, scenario)
