"""How a frame reaches the members of a room: the channel layer of the settings.

These are subclasses of the layers of channels and channels_redis. In them, a channel stays in its
groups as long as its consumer lives, also during an outage of Redis.
"""

import math
from typing import Any, Final

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.settings import Settings, SettingsError

FANOUTS = ("memory", "redis", "redis+pubsub")
"""Schemes of CHAT_FANOUT."""

VARIANTS = ("standard", "stock", "tutorial", "tuned")

_BACKENDS = {
    "memory": "django_chat.layers.memory.ChatInMemoryChannelLayer",
    "redis": "django_chat.layers.core.ReconnectingRedisChannelLayer",
    "redis+pubsub": "django_chat.layers.pubsub.ReconnectingRedisPubSubChannelLayer",
}

_CAPACITY = 100_000
"""A layer drops messages over its capacity, usually silently. The limit on a slow reader is the
outbox, which closes the connection with a reason. The layer must not overflow before the outbox."""

_NO_EXPIRY: Final = {"expiry": math.inf, "group_expiry": math.inf}

_CONNECT_SECONDS: Final = 2


def channel_layer(settings: Settings) -> dict[str, Any]:
    """The configuration of the default channel layer. Raises SettingsError."""
    config: dict[str, Any] = dict(_NO_EXPIRY)
    if settings.redis_url is not None:
        config = {"hosts": [_host(settings.redis_url)], "prefix": "chat:channels"}
    if settings.fanout_kind == "redis":  # in pub/sub, a membership ends with the connection
        config["group_expiry"] = protocol_limits.GROUP_EXPIRY_SECONDS
    if settings.variant != "tutorial":
        config["capacity"] = _CAPACITY
    if settings.fanout_kind not in _BACKENDS:
        raise SettingsError(f"CHAT_FANOUT={settings.fanout_kind}:// has no channel layer")
    return {"BACKEND": _BACKENDS[settings.fanout_kind], "CONFIG": config}


def _host(url: str) -> dict[str, Any]:
    """The connection options of the layers, without timeouts: the layers limit their waits.

    redis-py's timeout would end the core layer's wait for events. On Python 3.11 it can also lose
    a cancellation during a command, and such a consumer delayed the server's stop. There is no
    silent reconnect, because the layer must know of a lost connection.
    """
    return {
        "address": url,
        "socket_timeout": None,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
