"""How a synthetic member joins a room: by the contract's handshake, as a guest."""

import logging
import os
from typing import Any
from urllib.parse import quote

import picows

from chat_core.frames import SUBPROTOCOL

JOIN_S = 15.0
MAX_FRAME_BYTES = 64 * 1024**2

# One line for every connection would fill Locust's log.
logging.getLogger("picows").setLevel(logging.ERROR)


async def connect(
    member: picows.WSListener, url: str, room: str, name: str, **options: Any
) -> None:
    """Connect a member to a room. `url` is the server's URL, such as http://127.0.0.1:8001.

    Raises OSError, TimeoutError or picows.WSError; `words` gives the end of a sentence for these.
    """
    address = f"{url.replace('http', 'ws', 1)}/ws/rooms/{room}?name={quote(name)}"
    settings: dict[str, Any] = {
        "extra_headers": {"Sec-WebSocket-Protocol": SUBPROTOCOL},
        "websocket_handshake_timeout": JOIN_S,
        "max_frame_size": MAX_FRAME_BYTES,
        "max_redirects": 0,
        "logger_name": "generator",
    }
    await picows.ws_connect(lambda: member, address, **settings | options)


def words(error: Exception) -> str:
    """Why a member could not connect."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the handshake was answered with HTTP {int(response.status)}"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return str(error)
