"""What both Redis layers share for an outage of Redis."""

from typing import Any, Final

from redis.exceptions import RedisError

FAILURES: Final = (
    RedisError,
    OSError,
    # "the handler is closed": uvloop's, where the connection has ended just before a command.
    RuntimeError,
)
"""The errors of a layer during an outage of Redis; `unavailable()` converts them."""

CATCH_UP: Final[dict[str, Any]] = {"type": "chat.catch_up"}
"""The event to every channel of a process after an outage: earlier events may be missing."""
