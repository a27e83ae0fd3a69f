"""An application that is behind: it takes nothing, or sends to who does not read.

It stands for any handler that waits for a database, and so shows the server's part alone.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MESSAGE = bytes(1024**2)
MESSAGES = 48

_sent: list[int] = []


async def behind(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """`/take` takes nothing for a minute; `/give` sends, and /healthz says how many were sent."""
    if scope["type"] == "http":
        await _tell(send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        if scope["path"] == "/give":
            await _give(send)
        await asyncio.sleep(60)


async def _give(send: Send) -> None:
    for number in range(MESSAGES):
        await send({"type": "websocket.send", "bytes": MESSAGE})
        _sent.append(number)


async def _tell(send: Send) -> None:
    body = json.dumps({"status": "ok", "sent": len(_sent)}).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
