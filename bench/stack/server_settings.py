"""Where servers listen here, and what is alike in all arms: printed with every result."""

from typing import Any, Final

import msgspec

from chat_core.setting_types import without_password
from chat_core.settings import Settings
from chat_servers.settings import (
    BACKLOG,
    GUNICORN_BACKLOG,
    PING_INTERVAL_SECONDS,
    PING_TIMEOUT_SECONDS,
)

HOST: Final = "127.0.0.1"


def described(settings: Settings) -> dict[str, Any]:
    """What is alike in all arms, for the raw results."""
    return {
        "compression": "off (permessage-deflate)",
        "message limit, bytes": settings.max_frame_bytes,
        "ping interval, s": f"{PING_INTERVAL_SECONDS}; granian and gunicorn send no pings",
        "ping timeout, s": f"{PING_TIMEOUT_SECONDS}; hypercorn has none",
        "event loop": "uvloop; granian reads and writes in a second thread, in Rust",
        "listen backlog": f"{BACKLOG}; gunicorn {GUNICORN_BACKLOG}",
        "rate limit": "off" if settings.rate_limit is None else str(settings.rate_limit),
        "outbox": msgspec.to_builtins(settings.outbox),
        "history": without_password(settings.history),
    }
