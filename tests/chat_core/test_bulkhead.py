"""Few requests at a time, and one failure ends the wait of all that came before it."""

import asyncio

import pytest

from chat_core import protocol_limits
from chat_core.bulkhead import Bulkhead


@pytest.fixture(autouse=True)
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol_limits, "BROKER_REQUESTS", 2)


def test_so_many_are_under_way_and_all_are_answered() -> None:
    async def scenario() -> None:
        under_way = most = 0

        async def request() -> str:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return "answer"

        bulkhead = Bulkhead((OSError,))
        answers = await asyncio.gather(*(bulkhead.run(request) for _ in range(7)))
        assert (answers, most) == (["answer"] * 7, 2)

    asyncio.run(scenario())


def test_silence_ends_the_wait_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on an answer is waited for once, and the next request asks anew."""
    monkeypatch.setattr(protocol_limits, "BROKER_ANSWER_SECONDS", 0.05)

    async def scenario() -> None:
        asked = 0

        async def silence() -> None:
            nonlocal asked
            asked += 1
            await asyncio.Event().wait()

        async def answer() -> str:
            return "answer"

        bulkhead = Bulkhead((OSError,))
        waits = (bulkhead.run(silence) for _ in range(7))
        ends = await asyncio.gather(*waits, return_exceptions=True)
        assert [type(each) for each in ends] == [TimeoutError] * 2 + [ConnectionError] * 5
        assert asked == 2
        assert await bulkhead.run(answer) == "answer"

    asyncio.run(scenario())


def test_a_mistake_of_one_request_is_no_outage() -> None:
    async def scenario() -> None:
        async def mistake() -> None:
            await asyncio.sleep(0)
            raise ValueError

        bulkhead = Bulkhead((OSError,))
        ends = await asyncio.gather(
            *(bulkhead.run(mistake) for _ in range(5)), return_exceptions=True
        )
        assert [type(each) for each in ends] == [ValueError] * 5

    asyncio.run(scenario())
