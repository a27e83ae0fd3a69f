"""What waits to be sent to one connection, bounded in frames and in bytes.

Filling it never waits, so that a slow reader delays nobody; past a bound it overflows, and the
connection is put out.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Frame(Protocol):
    """What may wait: a text or a binary frame, and its size in bytes."""

    @property
    def data(self) -> str | bytes:
        """As it goes out."""

    @property
    def size(self) -> int:
        """Of UTF-8, for a text."""


@dataclass(frozen=True, slots=True)
class OutboxLimit:
    """Whichever comes first."""

    frames: int
    size: int
    """Bytes."""


class Outbox:
    """A queue with one writer that takes from it; belongs to one event loop.

    `overflowed` is called once, by whoever filled it, so it must not wait.
    """

    __slots__ = ("_frames", "_full", "_limit", "_overflowed", "_size", "_waiter")

    def __init__(self, limit: OutboxLimit, overflowed: Callable[[], None]) -> None:
        self._limit = limit
        self._overflowed = overflowed
        self._full = False
        self._frames: deque[Frame] = deque()
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None

    def put(self, frame: Frame) -> None:
        """Let a frame wait for the writer, or overflow; never waits."""
        if self._full:
            return
        self._frames.append(frame)
        self._size += frame.size
        if len(self._frames) > self._limit.frames or self._size > self._limit.size:
            self.overflow()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def overflow(self) -> None:
        """Give up on the reader: from now on nothing is kept."""
        if not self._full:
            self._full = True
            self._frames.clear()
            self._overflowed()

    async def take(self) -> str | bytes:
        """What the next frame carries; waits until there is one."""
        while not self._frames:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        self._size -= frame.size
        return frame.data
