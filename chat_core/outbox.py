"""What waits to be sent to one connection, bounded in frames and in bytes.

Filling it never waits, so that a slow reader delays nobody; past a bound it overflows, and the
connection is put out.
"""

import asyncio
from collections import deque
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
    """A queue with one writer that takes from it; belongs to one event loop."""

    __slots__ = ("_frames", "_limit", "_size", "_waiter", "overflow")

    def __init__(self, limit: OutboxLimit) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None
        self.overflow = asyncio.Event()
        """Set once a bound is passed: from then on nothing is kept."""

    def put(self, frame: Frame) -> None:
        """Let a frame wait for the writer, or set `overflow`; never waits."""
        if self.overflow.is_set():
            return
        self._frames.append(frame)
        self._size += frame.size
        if len(self._frames) > self._limit.frames or self._size > self._limit.size:
            self._frames.clear()
            self.overflow.set()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def take(self) -> str | bytes:
        """What the next frame carries; waits until there is one."""
        while not self._frames:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        self._size -= frame.size
        return frame.data
