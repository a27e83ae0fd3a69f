"""The HTTP side: health, rooms, and where the chats are."""

from typing import Any

import msgspec
from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from chat_core.unavailable import UnavailableError
from fastapi_chat import FRAMEWORK
from fastapi_chat.accounts.dependencies import login_required_unless_guests
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency

router = APIRouter()


@router.api_route("/healthz", methods=SAFE_METHODS)
async def healthz(chat: ChatDependency) -> JSONResponse:
    """Who serves, and whether all that it needs answers."""
    try:
        await chat.rooms.check()
    except UnavailableError as exc:
        status: dict[str, Any] = {"status": "unavailable", "unavailable": exc.part}
    else:
        status = {"status": "ok"}
    answer = status | msgspec.to_builtins(chat.rooms.server)
    return JSONResponse(answer, 200 if status["status"] == "ok" else 503)


@router.api_route(
    "/api/rooms", methods=SAFE_METHODS, dependencies=[Depends(login_required_unless_guests)]
)
async def rooms(chat: ChatDependency) -> JSONResponse:
    """Rooms with somebody in them."""
    return JSONResponse(msgspec.to_builtins(await chat.roster.rooms()))


@router.api_route("/client/backends.json", methods=SAFE_METHODS)
async def backends(chat: ChatDependency) -> JSONResponse:
    """Where the browser client finds both chats, and the companion."""
    told = chat.settings
    answer = {"backends": dict(told.backends), "companion": told.companion or None}
    return JSONResponse({"self": FRAMEWORK} | answer)
