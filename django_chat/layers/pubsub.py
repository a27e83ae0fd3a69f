"""channels_redis' pub/sub layer, which has its channels catch up after Redis was away.

redis-py connects and subscribes again by itself. But what was published meanwhile is lost, and the
layer's `on_reconnect` is not called by anything since redis-py took that over.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from redis.asyncio.client import PubSub

from chat_core.protocol_limits import BROKER_ANSWER_SECONDS
from django_chat.layers.outage import CATCH_UP, FAILURES


class ReconnectingRedisPubSubChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # untyped
    """Tells all channels of this process when it is subscribed again."""

    @property
    def connected(self) -> bool:
        """Whether, by all that is known, events reach the channels of this process."""
        shards: list[_ReconnectingShard] = self._get_layer()._shards
        return all(shard.connected for shard in shards)

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A channel, also while Redis is away.

        Channels asks for it before the consumer runs, which could not say what is wrong then.
        """
        layer = self._get_layer()
        channel = f"{layer.prefix}{prefix}{uuid.uuid4().hex}"
        layer.channels[channel] = asyncio.Queue()
        return channel

    async def group_add(self, group: str, channel: str) -> None:
        layer = self._get_layer()
        async with asyncio.timeout(BROKER_ANSWER_SECONDS):
            await layer._get_shard(channel).subscribe(channel)
            await layer.group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        with contextlib.suppress(*FAILURES):  # the group is forgotten here, whatever Redis knows
            async with asyncio.timeout(BROKER_ANSWER_SECONDS):
                await self._get_layer().group_discard(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        async with asyncio.timeout(BROKER_ANSWER_SECONDS):
            await self._get_layer().group_send(group, message)

    def _get_layer(self) -> RedisPubSubLoopLayer:
        known = asyncio.get_running_loop() in self._layers
        layer = super()._get_layer()
        if not known:
            layer._shards = [_ReconnectingShard(shard.host, layer) for shard in layer._shards]
        return layer


class _ReconnectingShard(RedisSingleShardConnection):  # type: ignore[misc]  # untyped
    """A connection to one Redis."""

    _redis: Any = None
    _pubsub: "_TellingPubSub | None" = None

    @property
    def connected(self) -> bool:
        return self._pubsub is None or self._pubsub.connected

    def _ensure_redis(self) -> None:
        if self._pubsub is None:
            super()._ensure_redis()
            self._pubsub = _TellingPubSub(self._redis.connection_pool, self._catch_up)

    def _catch_up(self) -> None:
        layer = self.channel_layer
        event = layer.channel_layer.serialize(CATCH_UP)
        for queue in layer.channels.values():
            queue.put_nowait(event)


class _TellingPubSub(PubSub):
    """Calls `subscribed_again` once Redis has taken the subscriptions of a connection that is new.

    Not before: what is published until then does not come.
    """

    def __init__(self, connection_pool: Any, subscribed_again: Callable[[], None]) -> None:
        super().__init__(connection_pool)
        self._subscribed_again = subscribed_again
        self._awaited = 0

    @property
    def connected(self) -> bool:
        connection: Any = self.connection
        if connection is None:
            return True  # nobody has asked for anything yet
        return connection.is_connected and not self._awaited

    async def on_connect(self, connection: Any) -> None:
        self._awaited = len(self.channels)
        await super().on_connect(connection)

    async def handle_message(self, response: Any, ignore_subscribe_messages: bool = False) -> Any:
        message = await super().handle_message(  # type: ignore[no-untyped-call]
            response, ignore_subscribe_messages
        )
        if self._awaited and response is not None and response[0] == b"subscribe":
            self._awaited -= 1
            if not self._awaited:
                self._subscribed_again()
        return message
