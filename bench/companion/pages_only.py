"""Answers that the chats' pages may read from the companion's other origin, and no other page."""

from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.requests import Request

from chat_core.handshake import origin_allowed


def readable(
    request: Request, origins: Collection[str], *, changes: bool = False
) -> dict[str, str]:
    """The headers with which the asking page may read the answer. Raises HTTPException (403).

    A program, or the companion's page, sends no Origin; only a chat's page may make `changes`.
    """
    origin = request.headers.get("origin")
    if origin is None and not changes:
        return {"Vary": "Origin"}
    if origin is None or not origin_allowed(origin, origins):
        raise HTTPException(403, "The companion answers the chats' pages only.")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
