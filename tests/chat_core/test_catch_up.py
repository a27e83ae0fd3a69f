"""Members that may miss messages: one read brings them to all members of a room."""

import asyncio

from chat_core import protocol_limits
from chat_core.catch_up import CatchUp
from chat_core.conversation import Conversation
from chat_core.frames import Message
from chat_core.handshake import Handshake, Identity
from chat_core.history import NoHistory, Record
from chat_core.outbox import OutboxLimit
from chat_core.rate_limit import TokenBucket
from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError

PAGE = protocol_limits.HISTORY_PAGE_MESSAGES


class Room(NoHistory):
    """A room with `count` messages; the first `failures` reads fail."""

    def __init__(self, count: int, failures: int = 0) -> None:
        self.count = count
        self.failures = failures
        self.reads: list[int] = []
        self.asked = asyncio.Event()

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        self.reads.append(after)
        self.asked.set()
        await asyncio.sleep(0)
        if len(self.reads) <= self.failures:
            raise UnavailableError("database: fails here")
        seqs = range(after + 1, min(self.count, after + limit) + 1)
        return [Message(seq, str(seq), "ann", "hi", seq) for seq in seqs]


def nothing() -> None:
    pass


def unexpected(error: Exception) -> None:
    raise error


def member(name: str, had: int | None, frames: int = 10_000) -> Conversation:
    """A member that has had every message up to `had`; None without a history."""
    settings = Settings(outbox=OutboxLimit(frames=frames, size=10**9))
    identity = Identity(name)
    unlimited = TokenBucket(None, 0)
    found = Conversation(name, Handshake("r", None), identity, settings, unlimited, 0, nothing)
    found.inbox.open(had, 0)
    return found


async def until_served(catch_up: CatchUp) -> None:
    async with asyncio.timeout(30):
        await asyncio.gather(*catch_up._readers.values())


def test_one_read_serves_all_members_that_asked_before_it() -> None:
    room = Room(5)
    members = [member(f"m{had}", had) for had in (2, 3, 5)]

    async def serve() -> None:
        catch_up = CatchUp(room, unexpected)
        for each in members:
            catch_up.ask(each)
        await until_served(catch_up)

    asyncio.run(serve())
    assert [each.outbox.waiting for each in members] == [3, 2, 0]
    assert room.reads == [2]


def test_a_member_that_asks_during_a_read_is_served_by_the_next() -> None:
    room = Room(1)
    ann = member("ann", 0)

    async def serve() -> None:
        catch_up = CatchUp(room, unexpected)
        catch_up.ask(ann)
        await room.asked.wait()
        room.count = 2  # too late for the read that has begun
        catch_up.ask(ann)
        await until_served(catch_up)

    asyncio.run(serve())
    assert ann.outbox.waiting == 2
    assert len(room.reads) == 2


def test_a_history_that_fails_is_read_again() -> None:
    room = Room(1, failures=1)
    ann = member("ann", 0)

    async def serve() -> None:
        catch_up = CatchUp(room, unexpected)
        catch_up.ask(ann)
        await until_served(catch_up)

    asyncio.run(serve())
    assert ann.outbox.waiting == 1


def test_a_mistake_of_the_chat_is_told_and_its_members_are_closed() -> None:
    """They would keep a hole; with 1011 they come back and ask for what they miss."""

    class Broken(Room):
        async def after(self, room: str, after: int, limit: int) -> list[Record]:
            raise RuntimeError("a mistake")

    failures: list[Exception] = []
    members = [member("ann", 1), member("ben", 2)]

    async def run() -> None:
        catch_up = CatchUp(Broken(5), failures.append)
        for each in members:
            catch_up.ask(each)
        await until_served(catch_up)
        assert not catch_up._readers

    asyncio.run(run())
    assert [str(error) for error in failures] == ["a mistake"]
    assert [each.ending and each.ending.code for each in members] == [1011, 1011]


def test_a_member_that_has_left_is_not_served() -> None:
    room = Room(1, failures=10**9)
    ann = member("ann", 0)

    async def serve() -> None:
        catch_up = CatchUp(room, unexpected)
        catch_up.ask(ann)
        await room.asked.wait()
        catch_up.forget(ann)
        await until_served(catch_up)

    asyncio.run(serve())
    assert ann.outbox.waiting == 0


def test_a_member_that_reads_is_not_evicted_by_a_long_catch_up() -> None:
    """Its outbox holds two pages, and it misses ten."""
    room = Room(10 * PAGE)
    ann = member("ann", 0, frames=2 * PAGE)

    async def read() -> None:
        for _ in range(10 * PAGE):
            await ann.outbox.take()

    async def serve() -> None:
        catch_up = CatchUp(room, unexpected)
        catch_up.ask(ann)
        async with asyncio.timeout(30):
            await read()
        await until_served(catch_up)

    asyncio.run(serve())
    assert ann.ending is None


def test_without_a_history_nothing_is_read() -> None:
    room = Room(1)

    async def serve() -> None:
        CatchUp(room, unexpected).ask(member("ann", None))

    asyncio.run(serve())
    assert room.reads == []
