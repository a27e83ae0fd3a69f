"""The outbox: in order, bounded in frames and bytes, and never waiting to be filled."""

import asyncio
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from chat_core.codec import Encoded
from chat_core.outbox import Outbox, OutboxLimit


def frame(text: str) -> Encoded:
    return Encoded(text, len(text.encode()))


def taken(outbox: Outbox) -> str | bytes | None:
    """What can be taken now; None where that would wait."""

    async def take() -> str | bytes | None:
        task = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        if task.done():
            return task.result()
        task.cancel()
        return None

    return asyncio.run(take())


def test_frames_come_in_order() -> None:
    outbox = Outbox(OutboxLimit(10, 100))
    for text in "abc":
        outbox.put(frame(text))
    assert [taken(outbox) for _ in range(4)] == ["a", "b", "c", None]


def test_the_writer_waits_for_a_frame() -> None:
    async def scenario() -> str | bytes:
        outbox = Outbox(OutboxLimit(10, 100))
        writer = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        assert not writer.done()
        outbox.put(frame("late"))
        return await writer

    assert asyncio.run(scenario()) == "late"


def test_a_writer_that_gave_up_costs_no_frame() -> None:
    async def scenario() -> str | bytes:
        outbox = Outbox(OutboxLimit(10, 100))
        writer = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        writer.cancel()
        outbox.put(frame("kept"))
        return await outbox.take()

    assert asyncio.run(scenario()) == "kept"


def test_it_overflows_past_its_frames() -> None:
    outbox = Outbox(OutboxLimit(2, 100))
    for text in "ab":
        outbox.put(frame(text))
    assert not outbox.overflow.is_set()
    outbox.put(frame("c"))
    assert outbox.overflow.is_set()
    assert taken(outbox) is None


def test_it_overflows_past_its_bytes() -> None:
    outbox = Outbox(OutboxLimit(10, 4))
    outbox.put(frame("é"))
    outbox.put(frame("ab"))
    assert not outbox.overflow.is_set()
    outbox.put(frame("c"))
    assert outbox.overflow.is_set()


def test_a_binary_frame_comes_as_bytes() -> None:
    outbox = Outbox(OutboxLimit(10, 100))
    outbox.put(Encoded(b"\0picture", 8))
    assert taken(outbox) == b"\0picture"


def test_after_an_overflow_nothing_is_kept() -> None:
    outbox = Outbox(OutboxLimit(1, 100))
    for text in "abcd":
        outbox.put(frame(text))
    assert taken(outbox) is None


@given(st.lists(st.one_of(st.text(max_size=6), st.none()), max_size=60))
def test_it_is_a_queue_until_it_overflows(operations: list[str | None]) -> None:
    """Against a plain queue: a text is put, None takes."""
    limit = OutboxLimit(frames=5, size=16)

    async def scenario() -> None:
        outbox, model = Outbox(limit), deque[Encoded]()
        for operation in operations:
            if operation is not None:
                model.append(frame(operation))
                outbox.put(model[-1])
                size = sum(each.size for each in model)
                overflown = len(model) > limit.frames or size > limit.size
                assert outbox.overflow.is_set() is overflown
                if overflown:
                    return
            elif model:
                assert await outbox.take() == model.popleft().data

    asyncio.run(scenario())
