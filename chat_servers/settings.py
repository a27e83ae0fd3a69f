"""What both servers are told alike: limits, times, and their own options made of these."""

from typing import Any, Final

from chat_core.settings import Settings

BACKLOG: Final = 2048
PING_INTERVAL_SECONDS: Final = 20
PING_TIMEOUT_SECONDS: Final = 20
STOP_SECONDS: Final = 5
"""How long a server that is told to stop may wait for its connections."""

HEAD_BYTES: Final = 32 * 1024
"""Of a request line with all headers: a browser with 8 KiB of cookies has room, and more."""
HEADERS: Final = 128
"""Of one request."""
REQUEST_SECONDS: Final = 20
"""How long a request may take to arrive, its body too; and how long a silent connection lives."""
RESPONSE_SECONDS: Final = 60
"""How long a client may leave an answer unread that it has asked for."""

FRAGMENTS: Final = 4096
"""Frames of one message. A picture of 8 MiB has fewer than that from 2 KiB a frame on."""
CONTROL_FRAMES_PER_SECOND: Final = 100
"""Pings and pongs of one connection."""
PIECE_BYTES: Final = 16 * 1024
"""So much of what has come is parsed at once, before it is looked at whether it is too much."""
WAITING_MESSAGES: Final = 32
"""Messages of one connection that wait for the application, before no more are read."""
WAITING_BYTES: Final = 64 * 1024
"""A message of this size waits alone."""

CLOSE_SECONDS: Final = 10
"""How long the other side may take to answer a close frame."""
LINGER_SECONDS: Final = 1
"""How long what is still to be sent to a connection that is closed may take, before it is cut."""


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """For `uvicorn.Config`."""
    return {
        "loop": "uvloop",
        "http": "chat_servers.uvicorn_http:HttpProtocol",
        "ws": "chat_servers.uvicorn_websocket:WebSocketProtocol",
        "ws_max_size": settings.max_frame_bytes,
        "ws_per_message_deflate": False,
        "proxy_headers": False,  # it would trust the loopback: CHAT_TRUSTED_PROXIES says which
        "ws_ping_interval": PING_INTERVAL_SECONDS,
        "ws_ping_timeout": PING_TIMEOUT_SECONDS,
        "timeout_graceful_shutdown": STOP_SECONDS,
        "access_log": False,
        "log_level": "warning",
    }


def websockets_environ() -> dict[str, str]:
    """For the library under uvicorn's WebSockets, which reads it when it is imported.

    Its own limits (8 KiB a line, 127 headers) are below those of a browser with many cookies. The
    HTTP protocol has looked at the head before the library does; what it adds is a space a header.
    """
    return {
        "WEBSOCKETS_MAX_LINE_LENGTH": str(2 * HEAD_BYTES),
        "WEBSOCKETS_MAX_NUM_HEADERS": str(2 * HEADERS),
    }


def daphne_arguments(settings: Settings) -> list[str]:
    """For Daphne's command line; compression it has none, and uvloop is made its loop."""
    size = str(settings.max_frame_bytes)
    return [
        *("--websocket-max-message-size", size, "--websocket-max-frame-size", size),
        *("--ping-interval", str(PING_INTERVAL_SECONDS)),
        *("--ping-timeout", str(PING_TIMEOUT_SECONDS)),
        *("--application-close-timeout", str(STOP_SECONDS)),
        *("--websocket_timeout", "-1"),  # else it closes a socket that is a day old
        *("--verbosity", "0", "--no-server-name"),
    ]
