"""How much of a request's body an application is handed: pure ASGI, around either framework.

Django writes a body into a file before it looks at anything else, and FastAPI reads one whole. The
calls of the contract take a few hundred bytes.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from chat_core.accounts import BODY_BYTES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
"""Of a scope, a Receive and a Send, as each framework types these."""

_FIRST_BYTES: Final = BODY_BYTES + 1
"""With these an application sees that a body is too large, and answers as it does for all such."""


class BodyLimitMiddleware:
    """Hands on the first bytes of a body, and drops the rest."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            receive = _FirstBytes(receive)
        await self.app(scope, receive, send)


class _FirstBytes:
    """A `receive` that ends the body where it is too large."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._room = _FIRST_BYTES

    async def __call__(self) -> Message:
        message = await self._receive()
        while not self._room and message["type"] == "http.request":
            message = await self._receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[: self._room]
        self._room -= len(body)
        more = message.get("more_body", False) and self._room > 0
        return {"type": "http.request", "body": body, "more_body": more}
