"""The settings that all servers share: written here, printed with every result."""

from typing import Any, Final

import msgspec

from chat_core.setting_types import without_password
from chat_core.settings import Settings

HOST: Final = "127.0.0.1"
BACKLOG: Final = 2048
PING_INTERVAL_SECONDS: Final = 20
PING_TIMEOUT_SECONDS: Final = 20
STOP_SECONDS: Final = 5
"""How long a server that is told to stop may wait for its connections."""


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """For `uvicorn.Config`."""
    return {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "websockets-sansio",
        "ws_max_size": settings.max_frame_bytes,
        "ws_per_message_deflate": False,
        "proxy_headers": False,  # it would trust the loopback: CHAT_TRUSTED_PROXIES says which
        "ws_ping_interval": PING_INTERVAL_SECONDS,
        "ws_ping_timeout": PING_TIMEOUT_SECONDS,
        "timeout_graceful_shutdown": STOP_SECONDS,
        "access_log": False,
        "log_level": "warning",
    }


def daphne_arguments(settings: Settings) -> list[str]:
    """For Daphne's command line; compression it has none, and uvloop is made its loop."""
    size = str(settings.max_frame_bytes)
    return [
        *("--websocket-max-message-size", size, "--websocket-max-frame-size", size),
        *("--ping-interval", str(PING_INTERVAL_SECONDS)),
        *("--ping-timeout", str(PING_TIMEOUT_SECONDS)),
        *("--application-close-timeout", str(STOP_SECONDS)),
        *("--verbosity", "0", "--no-server-name"),
    ]


def described(settings: Settings) -> dict[str, Any]:
    """What is alike in all arms, for the raw results."""
    return {
        "compression": "off (permessage-deflate)",
        "message limit, bytes": settings.max_frame_bytes,
        "ping interval, s": PING_INTERVAL_SECONDS,
        "ping timeout, s": PING_TIMEOUT_SECONDS,
        "event loop": "uvloop (uvicorn, Daphne, picows)",
        "listen backlog": BACKLOG,
        "rate limit": "off" if settings.rate_limit is None else str(settings.rate_limit),
        "outbox": msgspec.to_builtins(settings.outbox),
        "history": without_password(settings.history),
    }
