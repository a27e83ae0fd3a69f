"""Messages that arrive together, committed together: one transaction for all that wait."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chat_core.history import Kept, NewMessage
from chat_core.room_quota import Outcome
from chat_core.unavailable import TooLargeError

Commit = Callable[[Sequence[NewMessage]], Awaitable[Sequence[Outcome]]]
"""Commits messages in one transaction, and returns what became of each, in the same order. No two
of them have the same room, user and id. In one room the seqs of new messages rise in that order.
Raises UnavailableError where it is not certain that they were committed."""

_MOST_BYTES: Final = 16 * 1024**2
"""After this much of images a group is closed: a transaction must not take longer than an answer
may."""


class CommitGroup:
    """One writer, which takes what has come while the last transaction was committed.

    `most` bounds a group, as large images do; 1 is one transaction for each message.
    """

    def __init__(self, commit: Commit, most: int) -> None:
        self._commit = commit
        self._most = most
        self._waiting: deque[tuple[NewMessage, asyncio.Future[Kept]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def append(self, message: NewMessage) -> Kept:
        """Commit a message with those that wait. Raises UnavailableError, TooLargeError."""
        kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, kept))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await kept

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

    def _next_group(self) -> list[tuple[NewMessage, asyncio.Future[Kept]]]:
        group: list[tuple[NewMessage, asyncio.Future[Kept]]] = []
        size = 0
        while self._waiting and len(group) < self._most and size < _MOST_BYTES:
            group.append(self._waiting.popleft())
            image = group[-1][0].image
            size += len(image.data) if image else 0
        return group

    async def _write_group(self, group: Sequence[tuple[NewMessage, asyncio.Future[Kept]]]) -> None:
        # Of those with one id, the first is committed, and the others are told its seq.
        first: dict[tuple[str, str, str], NewMessage] = {}
        for message, _ in group:
            first.setdefault(message.key, message)
        try:
            outcomes = dict(zip(first, await self._commit(list(first.values())), strict=True))
        except Exception as exc:  # told to each who waits for it
            for _, waiting in group:
                if not waiting.done():
                    waiting.set_exception(exc)
            return
        for message, waiting in group:
            outcome = outcomes[message.key]
            if isinstance(outcome, Kept):
                outcomes[message.key] = Kept(outcome.seq, again=True)
            if waiting.done():  # its connection may have gone
                continue
            if isinstance(outcome, TooLargeError):
                waiting.set_exception(outcome)
            else:
                waiting.set_result(outcome)
