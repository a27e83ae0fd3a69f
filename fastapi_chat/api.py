"""The HTTP side: health, rooms, and the URLs of the chats."""

import msgspec
from fastapi import APIRouter, Depends, Response

from chat_core.unavailable import UnavailableError
from fastapi_chat import FRAMEWORK
from fastapi_chat.accounts.dependencies import login_required_unless_guests
from fastapi_chat.admission import ReaderDependency
from fastapi_chat.dependencies import SAFE_METHODS, ChatDependency
from fastapi_chat.schemas import Backends, Health, RoomEntry, failures

router = APIRouter()


@router.api_route(
    "/healthz",
    methods=SAFE_METHODS,
    responses={503: {"model": Health}},
    response_model_exclude_unset=True,
)
async def healthz(chat: ChatDependency, response: Response) -> Health:
    """The server's description, and whether all its dependencies answer."""
    server = msgspec.to_builtins(chat.rooms.server)
    try:
        await chat.rooms.check()
    except UnavailableError as exc:
        response.status_code = 503
        return Health(status="unavailable", unavailable=exc.part, **server)
    return Health(status="ok", **server)


@router.api_route(
    "/api/rooms",
    methods=SAFE_METHODS,
    dependencies=[Depends(login_required_unless_guests)],
    responses=failures(401, 503),
)
async def rooms(chat: ChatDependency, reader: ReaderDependency) -> list[RoomEntry]:
    """The rooms with members, without private ones of others."""
    found = {each.room: each.members for each in await chat.roster.rooms()}
    hidden = await reader.hidden(found)
    return [
        RoomEntry(room=room, members=members)
        for room, members in found.items()
        if room not in hidden
    ]


@router.api_route("/client/backends.json", methods=SAFE_METHODS)
async def backends(chat: ChatDependency) -> Backends:
    """The URLs of both chats and of the companion, for the browser client."""
    told = chat.settings
    return Backends(this=FRAMEWORK, backends=dict(told.backends), companion=told.companion or None)
