"""Notices a silent subscription: a process publishes a ping to itself, and waits for its arrival.

A connection that a proxy or a firewall has dropped gives no messages and no error.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

from chat_core import protocol_limits


class SilenceError(ConnectionError):
    """This process does not receive what it publishes to itself."""


class SelfPing:
    """Watches a subscription. `publish` sends a ping to this process; call `heard` on arrival.

    `observe` gets the time of each ping until it arrives, in seconds.
    """

    def __init__(
        self,
        publish: Callable[[], Awaitable[object]],
        observe: Callable[[float], object] | None = None,
    ) -> None:
        self._publish = publish
        self._observe = observe
        self._heard = asyncio.Event()

    def heard(self) -> None:
        """The ping has arrived."""
        self._heard.set()

    async def watch(self) -> NoReturn:
        """Ping at intervals, for ever. Raises SilenceError, or an error of `publish`."""
        while True:
            await self._ping()
            await asyncio.sleep(protocol_limits.BROKER_PING_SECONDS)

    async def _ping(self) -> None:
        """Ping twice: after a freeze of the process, the time of the first ping may be over."""
        for _ in range(2):
            self._heard.clear()
            began = time.perf_counter()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(protocol_limits.BROKER_SILENT_SECONDS / 2):
                    await self._publish()
                    await self._heard.wait()
                    if self._observe is not None:
                        self._observe(time.perf_counter() - began)
                    return
        raise SilenceError("nothing comes back that this process publishes")
