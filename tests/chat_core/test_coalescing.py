"""What many ask for at once is done by few runs, and by none that began too early."""

import asyncio

from chat_core.coalescing import Coalescing


class _Work:
    """Notes what it found at the beginning of each run; a run ends when it is allowed to."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.runs: list[list[int]] = []
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self) -> None:
        self.runs.append(list(self.asked))
        self.began.set()
        await self.may_end.wait()


def test_a_call_is_served_by_a_run_that_begins_after_it() -> None:
    async def scenario() -> None:
        work = _Work()
        coalescing = Coalescing(work)
        calls = []
        for number in range(5):
            work.asked.append(number)
            calls.append(asyncio.create_task(coalescing.run()))
            if number == 1:
                await work.began.wait()
        work.may_end.set()
        await asyncio.gather(*calls)
        assert work.runs == [[0, 1], [0, 1, 2, 3, 4]]

    asyncio.run(scenario())


def test_a_cancelled_caller_does_not_end_the_run_of_the_others() -> None:
    async def scenario() -> None:
        work = _Work()
        coalescing = Coalescing(work)
        calls = [asyncio.create_task(coalescing.run()) for _ in range(2)]
        await work.began.wait()
        calls[0].cancel()
        work.may_end.set()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(each) for each in results] == [asyncio.CancelledError, type(None)]

    asyncio.run(scenario())


def test_a_failure_reaches_its_callers_and_the_next_call_runs_again() -> None:
    async def scenario() -> None:
        failures = [OSError("away")]

        async def work() -> None:
            if failures:
                raise failures.pop()

        coalescing = Coalescing(work)
        calls = [asyncio.create_task(coalescing.run()) for _ in range(2)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [str(each) for each in results] == ["away", "away"]
        await coalescing.run()

    asyncio.run(scenario())


def test_calls_after_an_end_run_anew() -> None:
    async def scenario() -> None:
        work = _Work()
        work.may_end.set()
        coalescing = Coalescing(work)
        await coalescing.run()
        await coalescing.run()
        assert len(work.runs) == 2

    asyncio.run(scenario())
