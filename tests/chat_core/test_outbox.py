"""The outbox: in order, bounded in frames and bytes, and adding a frame never waits."""

import asyncio
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from chat_core.codec import Encoded
from chat_core.outbox import Outbox, OutboxLimit


class Overflow:
    """Counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


def frame(text: str) -> Encoded:
    return Encoded(text, len(text.encode()))


def taken(outbox: Outbox) -> str | bytes | None:
    """The next frame without waiting; None if there is none."""

    async def take() -> str | bytes | None:
        task = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        if task.done():
            return task.result()
        task.cancel()
        return None

    return asyncio.run(take())


def test_frames_come_in_order() -> None:
    outbox = Outbox(OutboxLimit(10, 100), Overflow())
    for text in "abc":
        outbox.put(frame(text))
    assert [taken(outbox) for _ in range(4)] == ["a", "b", "c", None]


def test_the_writer_waits_for_a_frame() -> None:
    async def scenario() -> str | bytes:
        outbox = Outbox(OutboxLimit(10, 100), Overflow())
        writer = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        assert not writer.done()
        outbox.put(frame("late"))
        return await writer

    assert asyncio.run(scenario()) == "late"


def test_a_writer_that_gave_up_costs_no_frame() -> None:
    async def scenario() -> str | bytes:
        outbox = Outbox(OutboxLimit(10, 100), Overflow())
        writer = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        writer.cancel()
        outbox.put(frame("kept"))
        return await outbox.take()

    assert asyncio.run(scenario()) == "kept"


def test_it_overflows_past_its_frames() -> None:
    overflow = Overflow()
    outbox = Outbox(OutboxLimit(2, 100), overflow)
    for text in "ab":
        outbox.put(frame(text))
    assert overflow.calls == 0
    outbox.put(frame("c"))
    assert overflow.calls == 1
    assert taken(outbox) is None


def test_it_overflows_past_its_bytes() -> None:
    overflow = Overflow()
    outbox = Outbox(OutboxLimit(10, 4), overflow)
    outbox.put(frame("é"))
    outbox.put(frame("ab"))
    assert overflow.calls == 0
    outbox.put(frame("c"))
    assert overflow.calls == 1


def test_a_binary_frame_comes_as_bytes() -> None:
    outbox = Outbox(OutboxLimit(10, 100), Overflow())
    outbox.put(Encoded(b"\0picture", 8))
    assert taken(outbox) == b"\0picture"


def test_after_an_overflow_nothing_is_kept_and_nothing_is_reported_again() -> None:
    overflow = Overflow()
    outbox = Outbox(OutboxLimit(1, 100), overflow)
    for text in "abcd":
        outbox.put(frame(text))
    outbox.overflow()
    assert taken(outbox) is None
    assert overflow.calls == 1


@given(st.lists(st.one_of(st.text(max_size=6), st.none()), max_size=60))
def test_it_is_a_queue_until_it_overflows(operations: list[str | None]) -> None:
    """Compare with a plain queue: a text is put, None takes."""
    limit = OutboxLimit(frames=5, size=16)

    async def scenario() -> None:
        overflow = Overflow()
        outbox, model = Outbox(limit, overflow), deque[Encoded]()
        for operation in operations:
            if operation is not None:
                model.append(frame(operation))
                outbox.put(model[-1])
                size = sum(each.size for each in model)
                overflown = len(model) > limit.frames or size > limit.size
                assert bool(overflow.calls) is overflown
                if overflown:
                    return
            elif model:
                assert await outbox.take() == model.popleft().data

    asyncio.run(scenario())
