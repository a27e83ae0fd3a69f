"""The frames that wait for one connection, bounded in number and in bytes.

Adding a frame never waits, so a slow reader does not delay the others. Past a bound the outbox
overflows, and the member is evicted.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Frame(Protocol):
    """A waiting frame: text or bytes, and its size in bytes."""

    @property
    def data(self) -> str | bytes:
        """The data to send."""

    @property
    def size(self) -> int:
        """The size in bytes; of UTF-8 for a text."""


@dataclass(frozen=True, slots=True)
class OutboxLimit:
    """Whichever comes first."""

    frames: int
    size: int
    """Bytes."""


class Outbox:
    """A queue from which one writer takes; it belongs to one event loop.

    `overflowed` is called once, inside `put` or `overflow`, so it must not wait.
    """

    __slots__ = ("_frames", "_full", "_limit", "_loop", "_overflowed", "_size", "_waiter", "direct")

    def __init__(self, limit: OutboxLimit, overflowed: Callable[[], None]) -> None:
        self._limit = limit
        self._overflowed = overflowed
        self._full = False
        self._frames: deque[Frame] = deque()
        self._size = 0
        self.direct: Callable[[str | bytes], None] | None = None
        """While nothing waits, a writer may take the data of each frame here, and `put` calls it.
        It must not wait."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiter: asyncio.Future[None] | None = None

    def put(self, frame: Frame) -> None:
        """Add a frame for the writer, or overflow; never waits."""
        if self._full:
            return
        if self.direct is not None:
            self.direct(frame.data)
            return
        self._frames.append(frame)
        self._size += frame.size
        if len(self._frames) > self._limit.frames or self._size > self._limit.size:
            self.overflow()
        if self._waiter is not None:
            waiter, self._waiter = self._waiter, None
            if not waiter.done():
                waiter.set_result(None)

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._frames)

    def overflow(self) -> None:
        """Give up on the reader: drop all frames from now on."""
        if not self._full:
            self._full = True
            self._frames.clear()
            self._overflowed()

    async def take(self) -> str | bytes:
        """The data of the next frame; waits until there is one."""
        while not self._frames:
            if self._loop is None:
                self._loop = asyncio.get_running_loop()  # which costs a system call
            self._waiter = self._loop.create_future()
            await self._waiter
        frame = self._frames.popleft()
        self._size -= frame.size
        return frame.data
