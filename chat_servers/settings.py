"""The common settings of the servers: limits and times, and each server's options for them."""

from typing import Any, Final

from chat_core.settings import Settings

SERVERS: Final = ("daphne", "granian", "gunicorn", "hypercorn", "uvicorn")
HARDENED: Final = ("daphne", "uvicorn")
"""The servers with all limits below. The others run as released, with comparable options."""

BACKLOG: Final = 2048
GUNICORN_BACKLOG: Final = 100
"""asyncio's default, because gunicorn's `asgi` worker passes none on."""
PING_INTERVAL_SECONDS: Final = 20
PING_TIMEOUT_SECONDS: Final = 20
STOP_SECONDS: Final = 5
"""How long a stopping server may wait for its connections, in seconds."""

HEAD_BYTES: Final = 32 * 1024
"""The largest request line with all headers: more than a browser with 8 KiB of cookies needs."""
HEADERS: Final = 128
"""Of one request."""
REQUEST_SECONDS: Final = 20
"""The longest time for a request with its body to arrive, and for a silent connection."""
RESPONSE_SECONDS: Final = 60
"""How long a client may leave its answer unread."""

FRAGMENTS: Final = 4096
"""The largest number of frames in one message. 8 MiB fit with frames of at least 2 KiB."""
CONTROL_FRAMES_PER_SECOND: Final = 100
"""The largest number of pings and pongs of one connection in a second."""
PIECE_BYTES: Final = 16 * 1024
"""The number of bytes that are parsed at once, before the limits are checked."""
WAITING_MESSAGES: Final = 32
"""The number of messages that wait for the application before reading stops."""
WAITING_BYTES: Final = 64 * 1024
"""Reading stops after one waiting message of this size."""

CLOSE_SECONDS: Final = 10
"""How long the client may take to answer a close frame."""
LINGER_SECONDS: Final = 1
"""How long the remaining data of a closing connection may take before the connection is cut."""


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """For `uvicorn.Config`."""
    return {
        "loop": "uvloop",
        "http": "chat_servers.uvicorn_http:HttpProtocol",
        "ws": "chat_servers.uvicorn_websocket:WebSocketProtocol",
        "ws_max_size": settings.max_frame_bytes,
        "ws_per_message_deflate": False,
        "proxy_headers": False,  # uvicorn would trust the loopback; CHAT_TRUSTED_PROXIES decides
        "ws_ping_interval": PING_INTERVAL_SECONDS,
        "ws_ping_timeout": PING_TIMEOUT_SECONDS,
        "timeout_graceful_shutdown": STOP_SECONDS,
        "access_log": False,
        "log_level": "warning",
    }


def websockets_environ() -> dict[str, str]:
    """Environment variables for the `websockets` library, which reads them at its import.

    Its default limits (8 KiB a line, 127 headers) are too small for a browser with many cookies.
    Our HTTP protocol checks the head before the library, which sees one space more a header.
    """
    return {
        "WEBSOCKETS_MAX_LINE_LENGTH": str(2 * HEAD_BYTES),
        "WEBSOCKETS_MAX_NUM_HEADERS": str(2 * HEADERS),
    }


def daphne_arguments(settings: Settings) -> list[str]:
    """Arguments for Daphne's command line. Daphne has no compression; uvloop is its event loop."""
    size = str(settings.max_frame_bytes)
    return [
        *("--websocket-max-message-size", size, "--websocket-max-frame-size", size),
        *("--ping-interval", str(PING_INTERVAL_SECONDS)),
        *("--ping-timeout", str(PING_TIMEOUT_SECONDS)),
        *("--application-close-timeout", str(STOP_SECONDS)),
        *("--websocket_timeout", "-1"),  # by default, Daphne closes a socket after a day
        *("--verbosity", "0", "--no-server-name"),
    ]


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """For gunicorn's configuration. Its `asgi` worker has no compression, and sends no pings."""
    return {
        "asgi_loop": "uvloop",
        "websocket_max_message_size": settings.max_frame_bytes,
        "limit_request_line": 8190,  # the largest that gunicorn takes
        "limit_request_fields": HEADERS,
        "forwarded_allow_ips": "",  # gunicorn would trust the loopback
        "graceful_timeout": STOP_SECONDS,
        "loglevel": "warning",
    }


def granian_options() -> dict[str, Any]:
    """For granian's server, which has no compression, sends no pings, and has fixed limits."""
    return {
        "loop": "uvloop",
        "http": "1",
        "backlog": BACKLOG,
        "log_level": "warning",
    }


def hypercorn_options(settings: Settings) -> dict[str, Any]:
    """For `hypercorn.Config`."""
    return {
        "websocket_max_message_size": settings.max_frame_bytes,
        "websocket_ping_interval": PING_INTERVAL_SECONDS,
        "backlog": BACKLOG,
        "graceful_timeout": STOP_SECONDS,
        "h11_max_incomplete_size": HEAD_BYTES,
        "loglevel": "WARNING",
    }
