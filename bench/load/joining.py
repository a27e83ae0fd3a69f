"""How a synthetic member joins a room: by the contract's handshake, as a guest."""

import logging
import os
import socket
import ssl
from typing import Any, Final
from urllib.parse import quote, urlsplit

import picows

from chat_core.frames import SUBPROTOCOL

JOIN_S = 15.0
_SCHEMES: Final = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
MAX_FRAME_BYTES = 64 * 1024**2

# One line for every connection would fill Locust's log.
logging.getLogger("picows").setLevel(logging.ERROR)


class AddressError(picows.WSError):
    """A URL that is no chat's; the text is the end of a sentence."""


async def connect(
    member: picows.WSListener, url: str, room: str, name: str, ticket: str = "", **options: Any
) -> None:
    """Connect a member to a room. `url` is the server's URL, such as https://chat.example/path.

    The name in it is resolved now, and is the name that the server sees. With a `ticket` the member
    is its account, and otherwise the guest `name`. Raises OSError, TimeoutError or picows.WSError;
    `words` gives the end of a sentence for these.
    """
    address = f"{_websocket(url)}/ws/rooms/{room}?name={quote(name)}"
    offered = [SUBPROTOCOL, f"ticket.{ticket}"] if ticket else [SUBPROTOCOL]
    settings: dict[str, Any] = {
        "extra_headers": {"Sec-WebSocket-Protocol": ", ".join(offered)},
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
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, ssl.SSLError | socket.gaierror):
        # The errno of these is not one of the operating system.
        return (error.strerror or str(error)).lower()
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return str(error)


def _websocket(url: str) -> str:
    """The URL with its scheme for WebSockets, without a slash at its end. Raises AddressError."""
    try:
        parts = urlsplit(url)
        whole = parts.hostname and parts.port != 0 and parts.scheme in _SCHEMES
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or parts.username is not None:
        raise AddressError("an address is http://HOST[:PORT][/PATH] or https://HOST[:PORT][/PATH]")
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/')}"
