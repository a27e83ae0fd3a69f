"""Limits how much of a request's body an application receives: pure ASGI, for both frameworks.

Django writes a body to a file before it checks anything, and FastAPI reads the whole body. The
calls of the contract need a few hundred bytes.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from chat_core.accounts import BODY_BYTES

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
"""An ASGI application; each framework has its own types for scope, receive and send."""

_FIRST_BYTES: Final = BODY_BYTES + 1
"""One byte above the limit: the application itself sees that the body is too large."""


class BodyLimitMiddleware:
    """Passes the first bytes of a body on, and drops the rest."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            receive = _FirstBytes(receive)
        await self.app(scope, receive, send)


class _FirstBytes:
    """A `receive` that ends a body at the limit."""

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
