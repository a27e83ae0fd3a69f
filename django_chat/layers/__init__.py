"""How a frame reaches the members of a room: the channel layer that the settings ask for.

These are the layers of channels and channels_redis, in subclasses in which a member stays a member
for as long as its consumer lives, also while Redis is away.
"""

import math
from typing import Any, Final

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.settings import Settings, SettingsError

FANOUTS = ("memory", "redis", "redis+pubsub")
"""Schemes of CHAT_FANOUT."""

VARIANTS = ("standard", "tutorial", "tuned")

_BACKENDS = {
    "memory": "django_chat.layers.memory.ChatInMemoryChannelLayer",
    "redis": "django_chat.layers.core.ReconnectingRedisChannelLayer",
    "redis+pubsub": "django_chat.layers.pubsub.ReconnectingRedisPubSubChannelLayer",
}

_CAPACITY = 100_000
"""A layer drops what is over its capacity, most often without a word: what bounds a reader is its
outbox, which closes the connection and says why. The layer must not overflow before it."""

_NO_EXPIRY: Final = {"expiry": math.inf, "group_expiry": math.inf}

_CONNECT_SECONDS: Final = 2


def channel_layer(settings: Settings) -> dict[str, Any]:
    """The configuration of the default channel layer. Raises SettingsError."""
    config: dict[str, Any] = dict(_NO_EXPIRY)
    if settings.redis_url is not None:
        config = {"hosts": [_host(settings.redis_url)], "prefix": "chat:channels"}
    if settings.fanout_kind == "redis":  # in pub/sub, a membership ends with its connection
        config["group_expiry"] = protocol_limits.GROUP_EXPIRY_SECONDS
    if settings.variant != "tutorial":
        config["capacity"] = _CAPACITY
    if settings.fanout_kind not in _BACKENDS:
        raise SettingsError(f"CHAT_FANOUT={settings.fanout_kind}:// has no channel layer")
    return {"BACKEND": _BACKENDS[settings.fanout_kind], "CONFIG": config}


def _host(url: str) -> dict[str, Any]:
    """How the layers connect; how long they wait for an answer, they say themselves.

    redis-py's own timeout would end the core layer's wait for events, and on Python 3.11 it loses
    a cancellation that comes as a command is sent: such a consumer held up the server's stop. And
    a connection that was lost is not made again in silence: the layer must know.
    """
    return {
        "address": url,
        "socket_timeout": None,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
