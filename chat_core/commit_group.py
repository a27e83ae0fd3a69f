"""Messages that arrive together are committed together: one transaction for all that wait."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chat_core.history import Kept, NewMessage
from chat_core.room_quota import Outcome
from chat_core.unavailable import TooLargeError

Commit = Callable[[Sequence[NewMessage]], Awaitable[Sequence[Outcome]]]
"""Commits messages in one transaction, and returns the result for each, in the same order. No two
messages have the same room, user and id. In a room, the seqs of new messages rise in this order.
Raises UnavailableError if it is not certain that they were committed."""

_MOST_BYTES: Final = 16 * 1024**2
"""A group with this many bytes of images is closed: a transaction must be faster than the limit on
answers."""


class CommitGroup:
    """One writer, which takes all messages that arrived during the last transaction.

    A group has at most `most` messages, and fewer with large images. With `most` 1, each message
    has a transaction.
    """

    def __init__(self, commit: Commit, most: int) -> None:
        self._commit = commit
        self._most = most
        self._waiting: deque[tuple[NewMessage, asyncio.Future[Kept]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def append(self, message: NewMessage) -> Kept:
        """Commit a message with the waiting ones. Raises UnavailableError, TooLargeError."""
        kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, kept))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await kept

    async def stop(self) -> None:
        """Commit the waiting messages, and leave no task behind."""
        if self._writer is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._write_group(self._next_group())
        finally:
            self._writer = None

    def _next_group(self) -> list[tuple[NewMessage, asyncio.Future[Kept]]]:
        group: list[tuple[NewMessage, asyncio.Future[Kept]]] = []
        size = 0
        while self._waiting and len(group) < self._most and size < _MOST_BYTES:
            group.append(self._waiting.popleft())
            image = group[-1][0].image
            size += len(image.data) if image else 0
        return group

    async def _write_group(self, group: Sequence[tuple[NewMessage, asyncio.Future[Kept]]]) -> None:
        # Of messages with the same id, the first is committed, and the others get its seq.
        first: dict[tuple[str, str, str], NewMessage] = {}
        for message, _ in group:
            first.setdefault(message.key, message)
        try:
            outcomes = dict(zip(first, await self._commit(list(first.values())), strict=True))
        except Exception as exc:  # raised in every waiting `append`
            for _, waiting in group:
                if not waiting.done():
                    waiting.set_exception(exc)
            return
        for message, waiting in group:
            outcome = outcomes[message.key]
            if isinstance(outcome, Kept):
                outcomes[message.key] = Kept(outcome.seq, again=True)
            if waiting.done():  # the waiting `append` may have been cancelled
                continue
            if isinstance(outcome, TooLargeError):
                waiting.set_exception(outcome)
            else:
                waiting.set_result(outcome)
