"""The ASGI lifespan: the process's chat starts and ends with its server."""

from typing import Any

from django_chat.accounts.views import throttle
from django_chat.chat import chat


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Start before the first request, and disconnect after the last.

    Channels has no support for it, and not every server uses it (Daphne does not).
    """
    await receive()
    try:
        await chat.start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        raise
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await chat.stop()
    await throttle.stop()
    await send({"type": "lifespan.shutdown.complete"})
