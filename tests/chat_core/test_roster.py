"""The rosters: one process's, and one in Redis that several share. The same tests for both."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bench.engines import RedisEngine
from chat_core import protocol_limits
from chat_core.roster import (
    Departure,
    MemoryRoster,
    Presence,
    RedisRoster,
    RoomCount,
    Roster,
    departures_to_tell,
)
from chat_core.unavailable import UnavailableError

Scenario = Callable[[Roster], Awaitable[None]]
Run = Callable[[Scenario], None]


@pytest.fixture(scope="module")
def engine() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a scenario with an empty roster."""
    if request.param == "memory":
        return lambda scenario: asyncio.run(scenario(MemoryRoster()))  # type: ignore[arg-type]
    engine: RedisEngine = request.getfixturevalue("engine")

    async def with_redis(scenario: Scenario) -> None:
        async with Redis(port=engine.port) as client:
            await client.flushall()
            await scenario(_roster(client, "p1"))

    return lambda scenario: asyncio.run(with_redis(scenario))


def _roster(client: Redis, process: str) -> RedisRoster:
    return RedisRoster(client, process, "test", (RedisError, OSError))


def seen(presence: Presence) -> tuple[int, list[str]]:
    """A presence without its version."""
    return presence.count, presence.members


def told(departure: Departure) -> tuple[str, str, int]:
    """A departure without its version."""
    return departure.room, departure.user, departure.count


def test_who_joins_finds_who_is_there(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        assert seen(await roster.join("r", "1", "bob")) == (1, ["bob"])
        assert seen(await roster.join("r", "2", "ann")) == (2, ["ann", "bob"])
        assert seen(await roster.join("r", "3", "ann")) == (3, ["ann", "ann", "bob"])
        assert seen(await roster.join("other", "4", "åsa")) == (1, ["åsa"])

    run(scenario)


def test_who_leaves_is_counted_out(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        await roster.join("r", "1", "ann")
        await roster.join("r", "2", "ann")
        assert (await roster.leave("r", "1")).count == 1
        assert (await roster.leave("r", "1")).count == 1
        assert (await roster.leave("r", "2")).count == 0
        assert (await roster.leave("nowhere", "9")).count == 0

    run(scenario)


def test_every_coming_and_going_has_a_later_version(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        versions = [(await roster.join("r", str(each), "ann")).version for each in range(3)]
        versions += [(await roster.leave("r", str(each))).version for each in range(3)]
        versions.append((await roster.join("r", "3", "ann")).version)
        assert versions == sorted(set(versions))

    run(scenario)


def test_rooms_are_those_with_somebody_in_them(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        assert await roster.rooms() == []
        for member, room in enumerate(["b", "a", "a"]):
            await roster.join(room, str(member), "ann")
        assert await roster.rooms() == [RoomCount("a", 2), RoomCount("b", 1)]
        await roster.leave("b", "0")
        assert await roster.rooms() == [RoomCount("a", 2)]

    run(scenario)


def test_above_the_limit_names_are_left_out(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        for member in range(protocol_limits.PRESENCE_MEMBERS - 1):
            await roster.join("r", str(member), "ann")
        assert (
            len((await roster.join("r", "full", "ann")).members) == protocol_limits.PRESENCE_MEMBERS
        )
        above = await roster.join("r", "above", "ann")
        assert seen(above) == (protocol_limits.PRESENCE_MEMBERS + 1, [])

    run(scenario)


def test_a_roster_that_can_be_reached_says_so(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        await roster.check()
        assert await roster.beat() == []

    run(scenario)


def _two(engine: RedisEngine, scenario: Callable[[Redis, Roster, Roster], Awaitable[None]]) -> None:
    """Run a scenario with the rosters of two processes, the second of which has members."""

    async def run() -> None:
        async with Redis(port=engine.port) as client:
            await client.flushall()
            await scenario(client, _roster(client, "p1"), _roster(client, "p2"))

    asyncio.run(run())


async def _forget_beat(client: Redis, process: str) -> None:
    """As if the process had last been heard of when it is too long ago."""
    await client.zincrby("test:beats", -protocol_limits.PROCESS_DEAD_SECONDS * 1000 - 1000, process)


@pytest.mark.redis
def test_processes_share_their_rooms(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        found = await second.join("r", "2", "bob")
        assert seen(found) == (2, ["ann", "bob"])
        absence = await first.leave("r", "1")
        assert absence.count == 1
        assert absence.version > found.version

    _two(engine, scenario)


@pytest.mark.redis
def test_members_of_a_dead_process_have_left(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await second.join("s", "3", "cid")
        assert await first.beat() == []
        await _forget_beat(client, "p2")
        gone = await first.beat()
        assert sorted(map(told, gone)) == [("r", "bob", 1), ("s", "cid", 0)]
        assert await first.beat() == []
        later = await first.join("r", "4", "dan")
        assert all(departure.version < later.version for departure in gone)
        await first.leave("r", "4")
        assert await first.rooms() == [RoomCount("r", 1)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_process_that_stood_still_comes_back(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await _forget_beat(client, "p2")
        await first.beat()
        await second.beat()
        assert await first.rooms() == [RoomCount("r", 2)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_roster_is_put_back_into_a_redis_that_forgot(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await client.flushall()
        await first.beat()
        await second.beat()
        assert (await first.join("r", "3", "cid")).members == ["ann", "bob", "cid"]

    _two(engine, scenario)


class Unreachable:
    """A Redis that is away for a while."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self.away = False

    async def eval(self, script: str, numkeys: int, *arguments: str) -> object:
        if self.away:
            raise OSError("nobody there")
        answer: object = await self.client.eval(script, numkeys, *arguments)
        return answer

    async def ping(self) -> object:
        if self.away:
            raise OSError("nobody there")
        return True

    async def aclose(self) -> None:
        pass


@pytest.mark.redis
def test_who_left_while_redis_was_away_is_told_later(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, _: Roster) -> None:
        connection = Unreachable(client)
        roster = RedisRoster(connection, "p3", "test")
        await first.join("r", "1", "ann")
        await roster.join("r", "2", "bob")
        connection.away = True
        with pytest.raises(UnavailableError, match="Redis: nobody there"):
            await roster.leave("r", "2")
        with pytest.raises(UnavailableError):
            await roster.check()
        connection.away = False
        assert list(map(told, await roster.beat())) == [("r", "bob", 1)]
        assert await roster.beat() == []

    _two(engine, scenario)


@pytest.mark.redis
def test_versions_rise_over_a_redis_that_forgot(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, _: Roster) -> None:
        before = (await first.join("r", "1", "ann")).version
        await client.flushall()
        assert (await first.join("r", "2", "bob")).version > before

    _two(engine, scenario)


def test_a_departure_from_a_large_room_is_not_told() -> None:
    small = Departure("r", "ann", protocol_limits.PRESENCE_MEMBERS)
    large = Departure("s", "bob", protocol_limits.PRESENCE_MEMBERS + 1)
    assert departures_to_tell([small, large]) == [small]
