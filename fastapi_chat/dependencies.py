"""What the endpoints ask for."""

from typing import Annotated

from fastapi import Depends, Header, WebSocketException
from starlette.requests import HTTPConnection

from chat_core.close_codes import CloseCode
from chat_core.handshake import origin_allowed
from fastapi_chat.chat import Chat

SAFE_METHODS = ["GET", "HEAD"]
"""Unlike Starlette's routes, those of FastAPI's `get` do not answer HEAD."""


async def running_chat(connection: HTTPConnection) -> Chat:
    """The process's chat, started."""
    chat: Chat = connection.app.state.chat
    await chat.start()
    return chat


ChatDependency = Annotated[Chat, Depends(running_chat)]


async def check_origin(
    chat: ChatDependency, origin: Annotated[str | None, Header()] = None
) -> None:
    """Refuse a browser that comes from a page of others: raised before accept, this is HTTP 403."""
    if not origin_allowed(origin, chat.settings.origins):
        raise WebSocketException(CloseCode.POLICY_VIOLATION)
