"""channels_redis' pub/sub layer, in a subclass whose channels catch up after an outage of Redis.

The library subscribes again by itself. But it does not notice a silent connection, it loses events
during the outage, and it never calls its `on_reconnect`. And it stays subscribed for departed
consumers. See `docs/upstream/`.
"""

import asyncio
import contextlib
import logging
import uuid
from typing import Any, Final, NoReturn

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from chat_core.protocol_limits import BROKER_ANSWER_SECONDS, BROKER_REQUESTS
from chat_core.self_ping import SelfPing
from chat_core.side_by_side import run_until_one_fails
from django_chat.layers.memberships import Memberships
from django_chat.layers.outage import CATCH_UP, FAILURES

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 2.0
_POLL_SECONDS: Final = 0.1
"""The library's."""
_SPECIFIC: Final = "specific."


class ReconnectingRedisPubSubChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # untyped
    """Makes all channels of this process catch up after it has subscribed again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._memberships = Memberships(
            drop=lambda channel: self._get_layer().channels.pop(channel, None)
        )
        self._turns_to_send = asyncio.Semaphore(BROKER_REQUESTS)
        self._turns_to_leave = asyncio.Semaphore(BROKER_REQUESTS)

    @property
    def connected(self) -> bool:
        """Whether, as far as known, events reach the channels of this process."""
        shards: list[_ReconnectingShard] = self._get_layer()._shards
        return all(shard.connected for shard in shards)

    async def new_channel(self, prefix: str = _SPECIFIC) -> str:
        """A new channel, also during an outage of Redis.

        Channels calls this before the consumer runs, so the consumer could not report an error.
        """
        return f"{self._get_layer().prefix}{prefix}{uuid.uuid4().hex}"

    async def receive(self, channel: str) -> dict[str, Any]:
        layer = self._get_layer()
        if channel.startswith(f"{layer.prefix}{_SPECIFIC}"):
            layer.channels.setdefault(channel, asyncio.Queue())
        with self._memberships.receiving(channel):
            received: dict[str, Any] = await layer.receive(channel)
            return received

    async def group_add(self, group: str, channel: str) -> None:
        layer = self._get_layer()
        layer.channels.setdefault(channel, asyncio.Queue())
        self._memberships.add(group, channel)
        try:
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                await layer._get_shard(channel).subscribe(channel)
                await layer.group_add(group, channel)
        except BaseException:
            await self.group_discard(group, channel)
            raise

    async def group_discard(self, group: str, channel: str) -> None:
        """Leave a group; with the last one, the channel ends."""
        layer = self._get_layer()
        self._memberships.discard(group, channel)
        # The group is forgotten here, whatever Redis knows. Each end of a subscription takes the
        # lock of the connection, for which joining members wait, too.
        async with self._turns_to_leave:
            with contextlib.suppress(*FAILURES):
                async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                    await layer.group_discard(group, channel)
                    if channel not in layer.channels:
                        await layer._get_shard(channel).unsubscribe(channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        async with asyncio.timeout(BROKER_ANSWER_SECONDS), self._turns_to_send:
            await self._get_layer().group_send(group, message)

    async def renew(self) -> None:
        """A subscription does not expire."""

    def _get_layer(self) -> RedisPubSubLoopLayer:
        known = asyncio.get_running_loop() in self._layers
        layer = super()._get_layer()
        if not known:
            layer._shards = [_ReconnectingShard(shard.host, layer) for shard in layer._shards]
        return layer


class _ReconnectingShard(RedisSingleShardConnection):  # type: ignore[misc]  # untyped
    """A connection to one Redis, replaced when it is lost or silent."""

    def __init__(self, host: dict[str, Any], channel_layer: RedisPubSubLoopLayer) -> None:
        super().__init__(host, channel_layer)
        self._pubsub: Any = None
        self.connected = True  # assumed until the first failure
        self._subscribed = asyncio.Event()
        self._confirmations: dict[str, asyncio.Future[None]] = {}
        """Of the channels that Redis was asked for, and has not confirmed."""
        self._ping_channel = f"{channel_layer.prefix}.ping.{uuid.uuid4().hex}"
        self._ping = SelfPing(lambda: self.publish(self._ping_channel, b""))

    async def subscribe(self, channel: str) -> None:
        """Subscribe, and return once Redis has confirmed it; during an outage, fail at once."""
        if not self.connected:
            raise RedisConnectionError("Redis is away")
        self._ensure_redis()
        self._ensure_receiver()
        await self._subscribed.wait()
        if channel not in self._subscribed_to and channel not in self._confirmations:
            self._confirmations[channel] = asyncio.get_running_loop().create_future()
        confirmation = self._confirmations.get(channel)
        await super().subscribe(channel)
        if confirmation is not None:
            await asyncio.shield(confirmation)

    async def unsubscribe(self, channel: str) -> None:
        """Unsubscribe; during an outage, only drop it from the channels to subscribe again."""
        try:
            if self.connected:
                await super().unsubscribe(channel)
        finally:
            self._subscribed_to.discard(channel)

    async def flush(self) -> None:
        await super().flush()
        self.connected = True
        self._subscribed.clear()

    async def _do_receiving(self) -> None:
        """Receive, and watch for silence; after a failure or silence, connect again."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._connect()
                await run_until_one_fails(self._receive(), self._ping.watch())
            except FAILURES as exc:
                self._lose(exc)
            except Exception:
                self._lose(None)
                logger.exception("receiving from Redis failed")
            if self._subscribed.is_set():
                pause = _FIRST_PAUSE_SECONDS
            self._subscribed.clear()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _lose(self, exc: Exception | None) -> None:
        if self.connected:
            logger.warning("Redis is away: %s", exc)
        self.connected = False
        for confirmation in self._confirmations.values():
            _settle(confirmation, RedisConnectionError("Redis is away"))
        self._confirmations.clear()

    async def _connect(self) -> None:
        """Subscribe to all channels again, over a new connection."""
        async with asyncio.timeout(BROKER_ANSWER_SECONDS), self._lock:
            await self._pubsub.aclose()
            # A publish over a connection of before the outage would fail, and look like a new one.
            await self._redis.connection_pool.disconnect()
            self._pubsub = self._redis.pubsub()
            # Redis confirms in this order: after the last one, all are subscribed.
            await self._pubsub.subscribe(*self._subscribed_to, self._ping_channel)

    async def _receive(self) -> NoReturn:
        while True:
            message = await self._pubsub.get_message(timeout=_POLL_SECONDS)
            if message is None:
                continue
            channel = message["channel"].decode()
            if channel == self._ping_channel:
                self._take_own(message["type"])
            elif message["type"] == "message":
                self._receive_message(message)
            elif message["type"] == "subscribe" and channel in self._confirmations:
                _settle(self._confirmations.pop(channel), None)

    def _take_own(self, kind: str) -> None:
        """Handle the confirmation of the last subscription, and the ping to ourselves."""
        if kind == "message":
            self._ping.heard()
            return
        self._subscribed.set()
        if not self.connected:
            self.connected = True
            self._catch_up()

    def _catch_up(self) -> None:
        layer = self.channel_layer
        event = layer.channel_layer.serialize(CATCH_UP)
        for queue in layer.channels.values():
            queue.put_nowait(event)


def _settle(confirmation: asyncio.Future[None], failure: Exception | None) -> None:
    """End a wait for Redis; nobody may be waiting any more."""
    if confirmation.done():
        return
    if failure is None:
        confirmation.set_result(None)
    else:
        confirmation.set_exception(failure)
        confirmation.exception()  # so that it is no error where nobody waits
