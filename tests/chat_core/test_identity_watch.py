"""Identities that end during a connection: which topics get the signal, and when."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from chat_core.handshake import Identity
from chat_core.identity_watch import IdentityWatch, guest_topic, session_topic
from chat_core.unavailable import UnavailableError

ANN, GUEST = Identity("ann", "a session"), Identity("Carol")


class World:
    """A database and a broker that record their calls."""

    def __init__(self) -> None:
        self.living: set[str] = set()
        self.taken: set[str] = set()
        self.told: list[str] = []
        self.queries: list[int] = []
        self.failure: Exception | None = None
        self.watch = IdentityWatch(self.publish, self.find_living, self.find_taken)

    async def publish(self, topic: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.told.append(topic)

    async def find_living(self, keys: Sequence[str]) -> set[str]:
        self.queries.append(len(keys))
        return self.living.intersection(keys)

    async def find_taken(self, keys: Sequence[str]) -> set[str]:
        self.queries.append(len(keys))
        return self.taken.intersection(keys)


def test_ended_identities_are_announced_at_each_beat_until_they_leave() -> None:
    world = World()
    topics = [world.watch.enter(ANN, "1"), world.watch.enter(GUEST, "2")]
    world.living, world.taken = {"a session"}, {"ann"}
    asyncio.run(world.watch.check())
    assert world.told == []
    world.living, world.taken = set(), {"carol"}
    for _ in range(2):
        asyncio.run(world.watch.check())
    assert world.told == 2 * topics == 2 * [session_topic("a session"), guest_topic("ＣＡＲＯＬ")]
    world.watch.leave(ANN, "1")
    world.watch.leave(GUEST, "2")
    asyncio.run(world.watch.check())
    assert len(world.told) == 4


def test_one_query_covers_all_present_identities() -> None:
    world = World()
    for number in range(501):
        world.watch.enter(Identity("ann", str(number // 2)), str(number))
        world.watch.enter(Identity(f"guest {number}"), f"guest {number}")
    asyncio.run(world.watch.check())
    assert world.queries == [251, 500, 1]


def test_a_leaving_member_does_not_affect_others_of_its_session() -> None:
    world = World()
    world.watch.enter(ANN, "1")
    world.watch.enter(ANN, "2")
    world.watch.leave(ANN, "1")
    world.watch.leave(ANN, "1")
    world.watch.leave(ANN, "never entered")
    asyncio.run(world.watch.check())
    assert world.told == [session_topic("a session")]


@pytest.mark.parametrize("failure", [UnavailableError("Redis"), ValueError("a fault of ours")])
def test_a_failed_check_is_repeated_at_the_next_beat(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    topic = world.watch.enter(ANN, "1")
    world.failure = failure
    asyncio.run(world.watch.check())
    assert [record.levelno >= logging.WARNING for record in caplog.records] == [True]
    world.failure = None
    asyncio.run(world.watch.check())
    assert world.told == [topic]


def test_the_end_is_announced_at_once_and_a_failure_is_no_error() -> None:
    world = World()
    asyncio.run(world.watch.end("session.x"))
    world.failure = UnavailableError("Redis")
    asyncio.run(world.watch.end("session.y"))
    assert world.told == ["session.x"]


def test_without_a_database_nothing_ends() -> None:
    watch = IdentityWatch(World().publish)
    assert (watch.enter(GUEST, "1"), watch.leave(GUEST, "1")) == ("", "")
    asyncio.run(watch.check())
