"""The dependencies of the endpoints."""

import time
from typing import Annotated

from fastapi import Depends, Header, WebSocket, WebSocketException
from starlette.requests import HTTPConnection

from chat_core.accounts import too_many_handshakes
from chat_core.close_codes import CloseCode
from chat_core.handshake import origin_allowed
from fastapi_chat.chat import Chat

SAFE_METHODS = ["GET", "HEAD"]
"""Starlette's GET routes also answer HEAD, and FastAPI's `get` routes do not."""


async def running_chat(connection: HTTPConnection) -> Chat:
    """The process's chat, started."""
    chat: Chat = connection.app.state.chat
    await chat.start()
    return chat


ChatDependency = Annotated[Chat, Depends(running_chat)]


async def check_handshake_rate(websocket: WebSocket, chat: ChatDependency) -> None:
    """Refuse handshakes from one address above CHAT_HANDSHAKE_RATE, before accept.

    The answer is HTTP 429, or 403 on a server without ASGI's extension for responses.
    """
    if chat.rooms.take_handshake(websocket.scope, time.monotonic()):
        return
    if "websocket.http.response" not in websocket.scope.get("extensions", {}):
        raise WebSocketException(CloseCode.POLICY_VIOLATION)
    raise too_many_handshakes()


async def check_origin(
    chat: ChatDependency, origin: Annotated[str | None, Header()] = None
) -> None:
    """Refuse a handshake from a page of an origin that is not allowed, with HTTP 403."""
    if not origin_allowed(origin, chat.settings.origins):
        raise WebSocketException(CloseCode.POLICY_VIOLATION)
