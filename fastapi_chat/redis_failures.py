"""The exceptions of redis-py that mean: Redis, or the connection to it, does not answer."""

from typing import Final

from redis.exceptions import RedisError

REDIS_FAILURES: Final = (
    RedisError,
    OSError,
    # "the handler is closed": uvloop's, where the connection has ended just before a command.
    RuntimeError,
)
