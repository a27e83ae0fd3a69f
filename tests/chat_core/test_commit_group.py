"""Messages that arrive together are committed together, in order, and each gets its seq."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from chat_core.commit_group import CommitGroup
from chat_core.frames import ImageFile
from chat_core.history import Kept, NewMessage
from chat_core.unavailable import UnavailableError


class Database:
    """A database that commits when the test allows it."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()
        self._newest = 0

    def group(self, most: int) -> CommitGroup:
        return CommitGroup(self.commit, most)

    async def commit(self, group: Sequence[NewMessage]) -> Sequence[Kept]:
        self.groups.append([said.id for said in group])
        await self.gate.wait()
        if self.away:
            raise UnavailableError("the database is away")
        first = self._newest + 1
        self._newest += len(group)
        return [Kept(seq) for seq in range(first, self._newest + 1)]


def kept(*seqs: int) -> list[Kept]:
    return [Kept(seq) for seq in seqs]


def said(number: int) -> NewMessage:
    return NewMessage("r", "ann", str(number), 0, "hi")


def run(scenario: Callable[[Database], Awaitable[None]]) -> None:
    async def with_database() -> None:
        await scenario(Database())

    asyncio.run(with_database())


async def _started(group: CommitGroup, numbers: range) -> list[asyncio.Task[Kept]]:
    tasks = [asyncio.create_task(group.append(said(number))) for number in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


def test_a_single_message_does_not_wait() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        assert [await group.append(said(number)) for number in range(3)] == kept(1, 2, 3)
        assert database.groups == [["0"], ["1"], ["2"]]

    run(scenario)


def test_messages_that_arrive_during_a_commit_are_committed_together() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        database.gate.clear()
        tasks = await _started(group, range(1))
        tasks += await _started(group, range(1, 5))
        database.gate.set()
        assert await asyncio.gather(*tasks) == kept(1, 2, 3, 4, 5)
        assert database.groups == [["0"], ["1", "2", "3", "4"]]

    run(scenario)


@pytest.mark.parametrize("most", [1, 2, 7])
def test_a_group_is_bounded(most: int) -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most)
        tasks = await _started(group, range(10))
        assert await asyncio.gather(*tasks) == kept(*range(1, 11))
        assert max(map(len, database.groups)) <= most
        assert [each for ids in database.groups for each in ids] == [str(n) for n in range(10)]

    run(scenario)


def test_large_images_close_a_group() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        image = ImageFile("image/png", "", bytes(8 * 1024**2))
        texts = [said(number) for number in range(6)]
        images = [NewMessage("r", "ann", f"i{number}", 0, image=image) for number in range(3)]
        tasks = [
            asyncio.create_task(group.append(each)) for each in (*texts[:3], *images, *texts[3:])
        ]
        assert await asyncio.gather(*tasks) == kept(*range(1, 10))
        assert database.groups == [["0", "1", "2", "i0", "i1"], ["i2", "3", "4", "5"]]

    run(scenario)


def test_a_failed_commit_fails_every_message_of_its_group() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        database.away = True
        tasks = await _started(group, range(3))
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(answer) for answer in answers] == [UnavailableError] * 3
        database.away = False
        assert await group.append(said(9)) == Kept(1)

    run(scenario)


def test_a_repeated_message_in_a_group_is_committed_once() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        same = [said(1), said(2), said(1), said(1)]
        others = [NewMessage("other", "ann", "1", 0, "hi"), NewMessage("r", "bob", "1", 0, "hi")]
        tasks = [asyncio.create_task(group.append(each)) for each in (*same, *others)]
        again = Kept(1, again=True)
        assert await asyncio.gather(*tasks) == [*kept(1, 2), again, again, *kept(3, 4)]
        assert database.groups == [["1", "2", "1", "1"]]

    run(scenario)


def test_a_cancelled_sender_does_not_disturb_its_group() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=100)
        database.gate.clear()
        tasks = await _started(group, range(3))
        tasks[0].cancel()
        database.gate.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert answers[1:] == kept(2, 3), "what was begun is committed, also for one who has gone"
        assert isinstance(answers[0], asyncio.CancelledError)

    run(scenario)


def test_it_stops_after_all_waiting_messages_are_committed() -> None:
    async def scenario(database: Database) -> None:
        group = database.group(most=2)
        database.gate.clear()
        tasks = await _started(group, range(5))
        stopping = asyncio.create_task(group.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        database.gate.set()
        await stopping
        assert [task.result() for task in tasks if task.done()] == kept(1, 2, 3, 4, 5)

    run(scenario)


def test_it_stops_at_once_if_nothing_waits() -> None:
    async def scenario(database: Database) -> None:
        await database.group(most=2).stop()
        assert database.groups == []

    run(scenario)
