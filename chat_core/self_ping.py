"""Notices a subscription that has fallen silent: a process publishes a word to itself, and listens.

A connection that a proxy or a firewall has forgotten brings nothing, and no error either.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import NoReturn

from chat_core import protocol_limits


class SilenceError(ConnectionError):
    """What this process publishes does not come back to it."""


class SelfPing:
    """`publish` publishes a word to this process alone; `heard` is to be called when it comes."""

    def __init__(self, publish: Callable[[], Awaitable[object]]) -> None:
        self._publish = publish
        self._heard = asyncio.Event()

    def heard(self) -> None:
        """The word has come."""
        self._heard.set()

    async def watch(self) -> NoReturn:
        """Publish now and then. Raises SilenceError, or what `publish` raises."""
        while True:
            await self._ping()
            await asyncio.sleep(protocol_limits.BROKER_PING_SECONDS)

    async def _ping(self) -> None:
        """Ask twice: a process that stood still finds the time of the first ping over."""
        for _ in range(2):
            self._heard.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(protocol_limits.BROKER_SILENT_SECONDS / 2):
                    await self._publish()
                    await self._heard.wait()
                    return
        raise SilenceError("nothing comes back that this process publishes")
