"""The floor of an ASGI server: `chat.v1` with no framework, no outbox, no limits and no roster.

The rest is what every chat must do: decode a message, encode it once, send it to all members.
"""

import json
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from chat_core import protocol_limits
from chat_core.codec import RefusedFrameError, decode, encode_json
from chat_core.frames import (
    SUBPROTOCOL,
    Message,
    Ping,
    Pong,
    Say,
    ServerFrame,
    ServerInfo,
    Welcome,
    WelcomeLimits,
)
from chat_core.handshake import RefusedHandshakeError, read_guest, read_handshake
from chat_core.settings import Settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_PATH = "/ws/rooms/"
_server = ServerInfo(
    framework="asgi",
    server=os.environ.get("CHAT_SERVER", "unknown"),
    fanout="memory",
    history="off",
    version="0.1.0",
    pid=os.getpid(),
)
_limits = WelcomeLimits(
    protocol_limits.TEXT_CODE_POINTS, Settings().max_image_bytes, protocol_limits.PRESENCE_MEMBERS
)
_rooms: dict[str, dict[int, Send]] = {}


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "websocket":
        await _member(scope, receive, send)
    elif scope["type"] == "http":
        await _http(scope, send)
    else:
        raise NotImplementedError(f"no {scope['type']} protocol here")


async def _http(scope: dict[str, Any], send: Send) -> None:
    found = scope["path"] == "/healthz"
    body: dict[str, Any] = {"status": "ok"} if found else {"code": "not_found", "detail": ""}
    if found:
        body |= msgspec.to_builtins(_server)
    headers = [(b"content-type", b"application/json")]
    status = 200 if found else 404
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def _member(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    await receive()
    offered = scope["subprotocols"]
    accepted = SUBPROTOCOL if SUBPROTOCOL in offered else None
    await send({"type": "websocket.accept", "subprotocol": accepted})
    query = parse_qs(scope["query_string"].decode())
    try:
        room = read_handshake(scope["path"].removeprefix(_PATH), None).room
        user = read_guest(query.get("name", [""])[-1])
    except RefusedHandshakeError as refused:
        await send({"type": "websocket.close", "code": refused.code, "reason": refused.reason})
        return
    members = _rooms.setdefault(room, {})
    members[id(send)] = send
    try:
        welcome = Welcome(user, room, _server, _limits, None, len(members), [user])
        await _send_text(send, _text(welcome))
        await _relay(user, members, receive, send)
    except OSError:
        pass  # the connection is gone
    finally:
        members.pop(id(send), None)
        if not members:
            _rooms.pop(room, None)


async def _relay(user: str, members: dict[int, Send], receive: Receive, send: Send) -> None:
    while (event := await receive())["type"] == "websocket.receive":
        try:
            frame = decode(event.get("text") or "")
        except RefusedFrameError as refused:
            await _send_text(send, _text(refused.error))
            continue
        if isinstance(frame, Say):
            at = time.time_ns() // 1_000_000
            message = _text(Message(None, frame.id, user, frame.text, at))
            for each in tuple(members.values()):
                await _send_text(each, message)
        elif isinstance(frame, Ping):
            await _send_text(send, _text(Pong(frame.id)))


def _text(frame: ServerFrame) -> str:
    return encode_json(frame).decode()


async def _send_text(send: Send, text: str) -> None:
    await send({"type": "websocket.send", "text": text})
