"""Requests of one kind to the broker: a few at a time, and an outage ends the wait of all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from chat_core import protocol_limits

T = TypeVar("T")


class Bulkhead:
    """At most `BROKER_REQUESTS` at a time. `failures` are the errors of an outage.

    The limit on an answer begins with the turn: a wait behind thousands that come or leave at once
    is no outage.
    """

    def __init__(self, failures: tuple[type[Exception], ...]) -> None:
        self._failures = failures
        self._turns = asyncio.Semaphore(protocol_limits.BROKER_REQUESTS)
        self._outages = 0

    async def run(self, request: Callable[[], Awaitable[T]]) -> T:
        """Wait for a turn, then for the answer.

        Raises what the request raises; TimeoutError; ConnectionError if a request failed meanwhile.
        """
        outages = self._outages
        async with self._turns:
            if self._outages != outages:
                raise ConnectionError("it did not answer the requests before")
            try:
                async with asyncio.timeout(protocol_limits.BROKER_ANSWER_SECONDS):
                    return await request()
            except self._failures:
                self._outages += 1
                raise
