"""What both Redis layers do alike while Redis is away."""

from typing import Any, Final

from redis.exceptions import RedisError

FAILURES: Final = (RedisError, OSError)
"""By which a layer says that Redis cannot be reached; `unavailable()` takes them."""

CATCH_UP: Final[dict[str, Any]] = {"type": "chat.catch_up"}
"""The event for every channel of a process that was cut off: what was sent to it may be missing."""
