"""The eager writer: frames leave at once and in order, and wait in the outbox behind a slow one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from chat_core.codec import Encoded
from chat_core.eager_writer import EagerWriter
from chat_core.outbox import Outbox, OutboxLimit


class Socket:
    """A connection that takes frames while it is open for them, as a server's `send` does."""

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.error: Exception | None = None

    async def send(self, data: str | bytes) -> None:
        """Send one frame; waits while the reader is slow."""
        await self.takes.wait()
        if self.error is not None:
            raise self.error
        self.sent.append(data)


class Overflow:
    """Counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


def put(outbox: Outbox, *texts: str) -> None:
    """Put these frames in, as a fan-out does: without a wait in between."""
    for text in texts:
        outbox.put(Encoded(text, len(text)))


async def turns() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def writing(outbox: Outbox, socket: Socket) -> AsyncIterator[asyncio.Task[None]]:
    """A running writer, which has sent what waited."""
    writer = asyncio.create_task(EagerWriter(outbox, socket.send).run())
    await turns()
    yield writer
    writer.cancel()
    with contextlib.suppress(asyncio.CancelledError, OSError):
        await writer


def run(scenario: Callable[[Outbox, Socket, Overflow], Awaitable[None]], frames: int = 100) -> None:
    """Run a scenario with an empty outbox."""

    async def running() -> None:
        overflow = Overflow()
        await scenario(Outbox(OutboxLimit(frames, 10_000), overflow), Socket(), overflow)

    asyncio.run(running())


def test_a_frame_has_left_when_put_returns() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async with writing(outbox, socket):
            put(outbox, "a", "b")
            assert socket.sent == ["a", "b"]
            assert outbox.waiting == 0

    run(scenario)


def test_what_waited_before_comes_first() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        put(outbox, "a", "b")
        async with writing(outbox, socket):
            put(outbox, "c")
            assert socket.sent == ["a", "b", "c"]

    run(scenario)


def test_a_slow_reader_delays_nobody_and_gets_everything_in_order() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async with writing(outbox, socket):
            put(outbox, "a")
            socket.takes.clear()
            put(outbox, "b", "c")  # returns, although the socket takes nothing
            await turns()
            put(outbox, "d")
            assert (socket.sent, outbox.waiting) == (["a"], 2)
            socket.takes.set()
            await turns()
            put(outbox, "e")
            assert socket.sent == ["a", "b", "c", "d", "e"]

    run(scenario)


def test_a_frame_put_before_the_writer_goes_on_does_not_overtake() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async with writing(outbox, socket):
            socket.takes.clear()
            put(outbox, "a")
            socket.takes.set()
            put(outbox, "b")  # the send of "a" has not ended yet
            await turns()
            assert socket.sent == ["a", "b"]

    run(scenario)


def test_a_reader_that_stops_overflows() -> None:
    async def scenario(outbox: Outbox, socket: Socket, overflow: Overflow) -> None:
        async with writing(outbox, socket):
            socket.takes.clear()
            put(outbox, *"abc")
            assert overflow.calls == 0
            put(outbox, "d")
            assert overflow.calls == 1

    run(scenario, frames=2)


@pytest.mark.parametrize("waits", [False, True], ids=["at once", "after a wait"])
def test_the_error_of_a_send_ends_the_writer_and_not_the_one_that_puts(waits: bool) -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async with writing(outbox, socket) as writer:
            socket.error = OSError("closed")
            if waits:
                socket.takes.clear()
            put(outbox, "a")
            await turns()
            socket.takes.set()
            put(outbox, "b")
            with pytest.raises(OSError, match="closed"):
                await writer
            assert socket.sent == []

    run(scenario)


def test_a_cancelled_writer_sends_no_more() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async with writing(outbox, socket) as writer:
            socket.takes.clear()
            put(outbox, "a")
            await turns()
            writer.cancel()
            await asyncio.wait([writer])
            socket.takes.set()
            put(outbox, "b")
            await turns()
            assert (socket.sent, outbox.waiting) == ([], 1)

    run(scenario)


def test_a_send_may_wait_more_than_once() -> None:
    async def scenario(outbox: Outbox, socket: Socket, _: Overflow) -> None:
        async def send_in_parts(data: str | bytes) -> None:
            await asyncio.sleep(0)
            await socket.send(data)
            await asyncio.sleep(0)

        writer = asyncio.create_task(EagerWriter(outbox, send_in_parts).run())
        await turns()
        put(outbox, "a", "b")
        for _turn in range(4):
            await turns()
        assert socket.sent == ["a", "b"]
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer

    run(scenario)
