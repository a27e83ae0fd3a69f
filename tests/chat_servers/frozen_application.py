"""An ASGI application that tells what the garbage collector leaves alone."""

import gc
import json
from typing import Any


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer each request with the state of the garbage collector."""
    if scope["type"] == "lifespan":
        for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
            await receive()
            await send({"type": answer})
        return
    told = {"enabled": gc.isenabled(), "frozen": gc.get_freeze_count()}
    body = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
