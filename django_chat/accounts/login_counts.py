"""Where attempts to sign in are counted: in Redis if the workers share one, else in the process."""

from typing import Any, Final

from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from chat_core import protocol_limits
from chat_core.login_throttle import LoginThrottle
from chat_core.settings import Settings
from django_chat.layers.outage import FAILURES

_KEYS: Final = "chat:channels:limits"
_REDIS_SECONDS: Final = 2.0


def make_throttle(settings: Settings) -> LoginThrottle:
    """The login throttle of this process; it connects at the first attempt."""
    if settings.redis_url is None:
        return LoginThrottle(settings.login_limit, MemoryStorage())
    connections = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=protocol_limits.BROKER_REQUESTS,
        timeout=_REDIS_SECONDS,
        retry=Retry(NoBackoff(), 1),
        socket_connect_timeout=_REDIS_SECONDS,
        socket_timeout=_REDIS_SECONDS,
    )
    options: dict[str, Any] = {"connection_pool": connections}
    shared = RedisStorage("async+redis://", implementation="redispy", key_prefix=_KEYS, **options)
    return LoginThrottle(
        settings.login_limit, MemoryStorage(), shared, FAILURES, connections.aclose
    )
