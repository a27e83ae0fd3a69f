"""Messages that arrive together, committed together: one transaction for all that wait."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chat_core.history import NewMessage

Commit = Callable[[Sequence[NewMessage]], Awaitable[Sequence[int]]]
"""Commits messages in one transaction, and returns their seqs in the same order; in one room those
rise in that order. Raises UnavailableError where none was committed."""

_MOST_BYTES: Final = 16 * 1024**2
"""After this much of pictures a group is closed: a transaction must not take longer than an answer
may."""


class CommitGroup:
    """One writer, which takes what has come while the last transaction was committed.

    `most` bounds a group, as large pictures do; 1 is one transaction for each message.
    """

    def __init__(self, commit: Commit, most: int) -> None:
        self._commit = commit
        self._most = most
        self._waiting: deque[tuple[NewMessage, asyncio.Future[int]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def append(self, said: NewMessage) -> int:
        """Commit a message with those that wait, and return its seq. Raises UnavailableError."""
        seq: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, seq))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await seq

    async def stop(self) -> None:
        """Commit what waits, and leave no task behind."""
        if self._writer is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._write_group(self._next_group())
        finally:
            self._writer = None

    def _next_group(self) -> list[tuple[NewMessage, asyncio.Future[int]]]:
        group: list[tuple[NewMessage, asyncio.Future[int]]] = []
        size = 0
        while self._waiting and len(group) < self._most and size < _MOST_BYTES:
            group.append(self._waiting.popleft())
            picture = group[-1][0].picture
            size += len(picture.data) if picture else 0
        return group

    async def _write_group(self, group: Sequence[tuple[NewMessage, asyncio.Future[int]]]) -> None:
        try:
            seqs = await self._commit([said for said, _ in group])
        except Exception as exc:  # told to each who waits for it
            for _, waiting in group:
                if not waiting.done():
                    waiting.set_exception(exc)
            return
        for (_, waiting), seq in zip(group, seqs, strict=True):
            if not waiting.done():  # its connection may have gone
                waiting.set_result(seq)
