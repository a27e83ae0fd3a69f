"""The calls of private rooms: make one, invite to it, withdraw the invitations."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response, Security

from chat_core import protocol_limits
from chat_core.accounts import no_room, room_taken
from chat_core.handshake import Identity
from fastapi_chat import private_rooms
from fastapi_chat.accounts.credentials import SignedInRoute
from fastapi_chat.accounts.dependencies import (
    DatabaseDependency,
    IdentityDependency,
    allowed_origin,
    session_cookie,
)
from fastapi_chat.chat import Chat
from fastapi_chat.dependencies import ChatDependency
from fastapi_chat.schemas import Invitation, PrivateRoom, Room, failures

router = APIRouter(
    prefix="/api",
    dependencies=[Depends(allowed_origin), Security(session_cookie)],
    responses=failures(400, 401, 403, 503),
)
with_body = APIRouter(route_class=SignedInRoute)


@with_body.post("/rooms", status_code=201, responses=failures(409, 429))
async def make_room(
    chat: ChatDependency,
    database: DatabaseDependency,
    identity: IdentityDependency,
    body: Annotated[PrivateRoom, Body()],
) -> PrivateRoom:
    """Make a private room of the signed-in user."""
    room, account = body.room, _account(identity)
    if await _has_members(chat, room) or not await database.write(
        private_rooms.make, room, account
    ):
        raise room_taken()
    if await _has_members(chat, room):  # they came before it was private
        await database.write(private_rooms.unmake, room, account)
        raise room_taken()
    return body


@router.post("/rooms/{room}/invitations", responses=failures(404, 429))
async def invite(
    database: DatabaseDependency, identity: IdentityDependency, room: Room
) -> Invitation:
    """Invite to a room of the signed-in user."""
    token = await database.write(private_rooms.invite, room, _account(identity))
    if token is None:
        raise no_room()
    return Invitation(invitation=token, expires_in=protocol_limits.INVITATION_SECONDS)


@router.delete("/rooms/{room}/invitations", status_code=204, responses=failures(404))
async def withdraw(
    database: DatabaseDependency, identity: IdentityDependency, room: Room
) -> Response:
    """Withdraw all invitations to a room of the signed-in user."""
    if not await database.write(private_rooms.withdraw, room, _account(identity)):
        raise no_room()
    return Response(status_code=204)


router.include_router(with_body)


def _account(identity: Identity) -> int:
    assert identity.account is not None, "who is signed in has an account"
    return identity.account


async def _has_members(chat: Chat, room: str) -> bool:
    return any(each.room == room for each in await chat.roster.rooms())
