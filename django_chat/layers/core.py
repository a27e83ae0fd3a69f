"""channels_redis' core layer, which outlives a Redis that is away.

As it is, its `receive` fails with Redis, which ends the consumer; and a Redis that has restarted
knows none of the groups any more, so that nothing would come to who stayed.
"""

import asyncio
import logging
from typing import Any, Final

from channels.exceptions import ChannelFull
from channels_redis.core import RedisChannelLayer
from redis.exceptions import ConnectionError as RedisConnectionError

from chat_core.protocol_limits import BROKER_ANSWER_SECONDS
from django_chat.layers.outage import CATCH_UP, FAILURES

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
_LATE_SECONDS: Final = 10
"""How much longer than Redis was asked to wait for an event; then the connection counts as lost."""


class ReconnectingRedisChannelLayer(RedisChannelLayer):  # type: ignore[misc]  # untyped library
    """Waits for Redis to come back, joins the groups again, and has every channel catch up.

    Until then, `group_add` and `group_send` fail at once, and a `group_discard` is done later.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups: dict[str, set[str]] = {}
        """The groups of each channel of this process."""
        self._to_discard: set[tuple[str, str]] = set()
        """Groups and channels that may still be together in Redis, and should not."""
        self._connected = asyncio.Event()
        self._connected.set()
        self._coming_back: asyncio.Task[None] | None = None
        self._popping: dict[str, asyncio.Task[bytes | None]] = {}
        """What is taken from Redis at this moment, by the channel of a process."""

    @property
    def connected(self) -> bool:
        """Whether, by all that is known, events reach the channels of this process."""
        return self._connected.is_set()

    async def receive_single(self, channel: str) -> tuple[str, dict[str, Any]]:
        """Receive for all channels of this process: one of those that wait does it at a time."""
        while True:
            await self._connected.wait()
            try:
                received: tuple[str, dict[str, Any]] = await super().receive_single(channel)
                return received
            except FAILURES as exc:
                self._lose(exc)

    async def _brpop_with_clean(self, index: int, channel: str, timeout: int) -> bytes | None:
        """Take the next event, for whichever consumer receives when it comes.

        The one that asked may be cancelled between Redis' giving it away and its arrival here.
        """
        if channel not in self._popping:
            self._popping[channel] = asyncio.create_task(self._pop(index, channel, timeout))
            # Whoever waits for it is told of a failure; if nobody does any more, nobody need be.
            self._popping[channel].add_done_callback(lambda pop: pop.cancelled() or pop.exception())
        try:
            popped = await asyncio.shield(self._popping[channel])
        except Exception:
            del self._popping[channel]
            raise
        del self._popping[channel]  # not where it was cancelled: the next one has the event then
        return popped

    async def _pop(self, index: int, channel: str, timeout: int) -> bytes | None:
        async with asyncio.timeout(timeout + _LATE_SECONDS):
            popped: bytes | None = await super()._brpop_with_clean(index, channel, timeout)
            return popped

    async def group_add(self, group: str, channel: str) -> None:
        self._require_connection()
        self._groups.setdefault(channel, set()).add(group)
        self._to_discard.discard((group, channel))
        try:
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                await super().group_add(group, channel)
        except BaseException:
            self._forget(group, channel)
            raise

    async def group_discard(self, group: str, channel: str) -> None:
        self._forget(group, channel)
        if self.connected:
            try:
                async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                    await super().group_discard(group, channel)
                self._to_discard.discard((group, channel))
            except FAILURES as exc:
                self._lose(exc)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._require_connection()
        async with asyncio.timeout(BROKER_ANSWER_SECONDS):
            await super().group_send(group, message)

    def _require_connection(self) -> None:
        if not self.connected:
            raise RedisConnectionError("Redis is away")

    def _forget(self, group: str, channel: str) -> None:
        groups = self._groups.get(channel, set())
        groups.discard(group)
        if not groups:
            self._groups.pop(channel, None)
        self._to_discard.add((group, channel))

    def _lose(self, exc: Exception) -> None:
        """Redis is away: nobody receives until it is back."""
        if self.connected:
            logger.warning("Redis is away: %s", exc)
            self._connected.clear()
            self._coming_back = asyncio.create_task(self._come_back())

    async def _come_back(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self.connected:
            await asyncio.sleep(pause)
            try:
                await self._restore()
                self._connected.set()
            except (*FAILURES, ChannelFull):
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _restore(self) -> None:
        """Be in all the groups again, and only then have the channels catch up."""
        for channel, groups in tuple(self._groups.items()):
            for group in tuple(groups):
                await super().group_add(group, channel)
        for group, channel in tuple(self._to_discard):
            await super().group_discard(group, channel)
            self._to_discard.discard((group, channel))
        for channel in tuple(self._groups):
            await self.send(channel, CATCH_UP)
