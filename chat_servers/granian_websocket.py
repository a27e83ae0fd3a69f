"""A close by the application also reaches the client while the application waits for a message.

granian's `close` waits until a waiting `receive` has returned, and so for the client's next frame.
Channels always waits in `receive`. See `docs/upstream/granian-close-waits.md`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from chat_core.close_codes import CloseCode

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def closing(application: Application) -> Application:
    """The application, with a `send` and a `receive` for its sockets that do not wait so."""

    async def run(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            connection = Connection(receive, send)
            receive, send = connection.receive, connection.send
        await application(scope, receive, send)

    return run


class Connection:
    """One WebSocket."""

    __slots__ = ("_closed", "_closed_with", "_receive", "_receiving", "_send")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._receiving: asyncio.Future[Message] | None = None
        self._closed_with: int | None = None
        self._closed = asyncio.Event()

    async def receive(self) -> Message:
        """The next message; after a close by the application, the end of the connection."""
        if self._closed_with is None:
            self._receiving = asyncio.ensure_future(self._receive())
            try:
                return await self._receiving
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():  # it is the application that is cancelled
                    raise
            finally:
                self._receiving = None
        # An application that returned before would make granian close without the code.
        await self._closed.wait()
        return {"type": "websocket.disconnect", "code": self._closed_with or CloseCode.NORMAL}

    def send(self, message: Message) -> Awaitable[None]:
        """Send; no coroutine of our own for the usual message."""
        if message["type"] != "websocket.close":
            return self._send(message)
        self._closed_with = message.get("code") or CloseCode.NORMAL
        return self._close(message)

    async def _close(self, message: Message) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
        try:
            await self._send(message)
        finally:
            self._closed.set()
