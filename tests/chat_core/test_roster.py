"""The rosters: one of a process, and one in Redis for several. Both have the same tests."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from bench.stack.engines import RedisEngine
from chat_core import protocol_limits
from chat_core.redis_roster import RedisRoster, Script
from chat_core.roster import Arrival, Beat, Departure, MemoryRoster, Presence, RoomCount, Roster
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
    """The parts of a departure in a `left` frame."""
    return departure.room, departure.user, departure.count


def test_a_joining_member_sees_the_present_members(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        assert seen(await roster.join("r", "1", "bob")) == (1, ["bob"])
        assert seen(await roster.join("r", "2", "ann")) == (2, ["ann", "bob"])
        assert seen(await roster.join("r", "3", "ann")) == (3, ["ann", "ann", "bob"])
        assert seen(await roster.join("other", "4", "åsa")) == (1, ["åsa"])

    run(scenario)


def test_a_leaving_member_is_no_longer_counted(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        await roster.join("r", "1", "ann")
        await roster.join("r", "2", "ann")
        assert (await roster.leave("r", "1")).count == 1
        assert (await roster.leave("r", "1")).count == 1
        assert (await roster.leave("r", "2")).count == 0
        assert (await roster.leave("nowhere", "9")).count == 0

    run(scenario)


def test_every_join_and_leave_has_a_higher_version(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        versions = [(await roster.join("r", str(each), "ann")).version for each in range(3)]
        versions += [(await roster.leave("r", str(each))).version for each in range(3)]
        versions.append((await roster.join("r", "3", "ann")).version)
        assert versions == sorted(set(versions))

    run(scenario)


def test_only_rooms_with_members_are_listed(run: Run) -> None:
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


def test_a_reachable_roster_is_healthy(run: Run) -> None:
    async def scenario(roster: Roster) -> None:
        await roster.check()
        assert await roster.beat() == Beat()

    run(scenario)


def _two(engine: RedisEngine, scenario: Callable[[Redis, Roster, Roster], Awaitable[None]]) -> None:
    """Run a scenario with the rosters of two processes; the second one has members."""

    async def run() -> None:
        async with Redis(port=engine.port) as client:
            await client.flushall()
            await scenario(client, _roster(client, "p1"), _roster(client, "p2"))

    asyncio.run(run())


async def _forget_beat(client: Redis, process: str) -> None:
    """Make the last beat of a process too old."""
    await client.zincrby(
        "{test}:beats", -protocol_limits.PROCESS_DEAD_SECONDS * 1000 - 1000, process
    )


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
        assert await first.beat() == Beat()
        await _forget_beat(client, "p2")
        gone = (await first.beat()).departures
        assert sorted(map(told, gone)) == [("r", "bob", 1), ("s", "cid", 0)]
        assert await first.beat() == Beat()
        later = await first.join("r", "4", "dan")
        assert all(departure.version < later.version for departure in gone)
        await first.leave("r", "4")
        assert await first.rooms() == [RoomCount("r", 1)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_process_that_was_frozen_comes_back(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await second.beat()
        await _forget_beat(client, "p2")
        (gone,) = (await first.beat()).departures
        beat = await second.beat()
        assert beat == Beat([], [Arrival("r", "bob", 2, beat.arrivals[0].version, "2")])
        assert gone.member == "2"
        assert gone.version < beat.arrivals[0].version
        assert await second.beat() == Beat()
        assert await first.rooms() == [RoomCount("r", 2)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_frozen_process_also_comes_back_if_a_member_joins_it_first(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await second.join("r", "2", "bob")
        await _forget_beat(client, "p2")
        await first.beat()
        assert seen(await second.join("r", "3", "cid")) == (1, ["cid"])
        beat = await second.beat()
        assert [(each.user, each.count) for each in beat.arrivals] == [("bob", 2)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_member_of_a_removed_process_has_only_one_left(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await _forget_beat(client, "p2")
        await first.beat()
        assert (await second.leave("r", "2")).told
        assert (await second.beat()).arrivals == []
        assert not (await first.leave("r", "1")).told

    _two(engine, scenario)


@pytest.mark.redis
def test_an_interrupted_removal_is_finished_by_another_process(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await second.join("r", "2", "bob")
        await second.join("s", "3", "cid")
        await _forget_beat(client, "p2")
        breaking = Unreachable(client, answers=3)  # the beat, whose members, and one room
        with pytest.raises(UnavailableError):
            await RedisRoster(breaking, "p3", "test").beat()
        assert list(map(told, (await first.beat()).departures)) == [("s", "cid", 0)]
        assert await first.rooms() == []

    _two(engine, scenario)


@pytest.mark.redis
def test_a_process_that_comes_back_during_its_removal_is_not_removed(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await second.join("r", "2", "bob")
        await _forget_beat(client, "p2")
        breaking = Unreachable(client, answers=1)
        with pytest.raises(UnavailableError):
            await RedisRoster(breaking, "p3", "test").beat()
        assert await second.beat() == Beat()
        assert await first.beat() == Beat()
        assert await first.rooms() == [RoomCount("r", 1)]

    _two(engine, scenario)


@pytest.mark.redis
def test_a_cluster_keeps_all_keys_in_one_slot(engine: RedisEngine) -> None:
    """Otherwise a cluster would refuse the scripts."""

    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await _forget_beat(client, "p2")
        await first.beat()
        keys: list[Any] = await client.keys()
        assert len(keys) > 3
        assert {key_slot(key) for key in keys} == {key_slot(b"test")}

    _two(engine, scenario)


@pytest.mark.redis
def test_a_roster_is_restored_in_an_empty_redis(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, second: Roster) -> None:
        await first.join("r", "1", "ann")
        await second.join("r", "2", "bob")
        await client.flushall()
        assert await first.beat() == Beat()  # nobody was told that anybody had left
        assert await second.beat() == Beat()
        assert (await first.join("r", "3", "cid")).members == ["ann", "bob", "cid"]

    _two(engine, scenario)


class Unreachable:
    """A Redis client with an outage, or with one after some answers."""

    def __init__(self, client: Redis, answers: int | None = None) -> None:
        self._client = client
        self._answers = answers
        self.away = False

    def register_script(self, script: str) -> Script:
        registered = self._client.register_script(script)
        return lambda *, keys, args: self._answer(registered, keys=keys, args=args)

    def hgetall(self, name: str) -> Awaitable[Mapping[Any, Any]]:
        return self._answer(self._client.hgetall, name)

    def ping(self) -> Awaitable[object]:
        return self._answer(self._client.ping)

    async def aclose(self) -> None:
        pass

    async def _answer(self, ask: Any, *args: Any, **kwargs: Any) -> Any:
        if self._answers is not None:
            self._answers -= 1
            self.away = self._answers < 0
        if self.away:
            await asyncio.sleep(0)  # as any request over a network
            raise OSError("nobody there")
        return await ask(*args, **kwargs)


@pytest.mark.redis
def test_members_that_left_during_an_outage_of_redis_are_announced_later(
    engine: RedisEngine,
) -> None:
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
        assert list(map(told, (await roster.beat()).departures)) == [("r", "bob", 1)]
        assert await roster.beat() == Beat()

    _two(engine, scenario)


@pytest.mark.redis
def test_versions_rise_over_an_empty_redis(engine: RedisEngine) -> None:
    async def scenario(client: Redis, first: Roster, _: Roster) -> None:
        before = (await first.join("r", "1", "ann")).version
        await client.flushall()
        assert (await first.join("r", "2", "bob")).version > before

    _two(engine, scenario)


@pytest.mark.redis
def test_many_come_and_leave_at_once(engine: RedisEngine) -> None:
    """More than a pool of redis-py has connections."""
    everyone = [str(number) for number in range(300)]

    async def scenario(_: Redis, roster: Roster, __: Roster) -> None:
        await asyncio.gather(*(roster.join("r", each, each) for each in everyone))
        assert await roster.rooms() == [RoomCount("r", len(everyone))]
        await asyncio.gather(*(roster.leave("r", each) for each in everyone))
        assert await roster.rooms() == []

    _two(engine, scenario)


@pytest.mark.redis
def test_an_outage_ends_the_wait_of_all(
    engine: RedisEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(client: Redis, _: Roster, __: Roster) -> None:
        monkeypatch.setattr(protocol_limits, "BROKER_REQUESTS", 1)
        connection = Unreachable(client)
        connection.away = True
        roster = RedisRoster(connection, "p3", "test")
        joins = (roster.join("r", str(number), "ann") for number in range(3))
        failures = await asyncio.gather(*joins, return_exceptions=True)
        assert sorted(map(str, failures)) == [
            "Redis: it did not answer the requests before",
            "Redis: it did not answer the requests before",
            "Redis: nobody there",
        ]
        connection.away = False
        await roster.join("r", "4", "bob")  # the next request asks anew

    _two(engine, scenario)
