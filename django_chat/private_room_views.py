"""The calls of private rooms: make one, invite to it, withdraw the invitations."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from chat_core import protocol_limits
from chat_core.accounts import bad_request, no_room, room_taken
from chat_core.handshake import is_room
from chat_core.history_query import PARAMETERS
from django_chat import private_rooms
from django_chat.accounts.decorators import allowed_origin, signed_in, with_database
from django_chat.chat import chat
from django_chat.database import Database
from django_chat.forms import read_room


@allowed_origin
@with_database
async def make_room(request: HttpRequest, database: Database) -> JsonResponse:
    """Make a private room of the signed-in user."""
    account = await _account(request)
    room = read_room(request)
    if await _has_members(room) or not await database.write(private_rooms.make, room, account):
        raise room_taken()
    if await _has_members(room):  # they came before it was private
        await database.write(private_rooms.unmake, room, account)
        raise room_taken()
    return JsonResponse({"room": room, "private": True}, status=201)


@require_http_methods(["POST", "DELETE"])
@allowed_origin
@with_database
async def invitations(request: HttpRequest, database: Database, room: str) -> HttpResponse:
    """Invite to a room of the signed-in user, or withdraw all invitations to it."""
    account = await _account(request)
    if not is_room(room):
        raise bad_request(PARAMETERS["room"])
    if request.method == "DELETE":
        if not await database.write(private_rooms.withdraw, room, account):
            raise no_room()
        return HttpResponse(status=204)
    token = await database.write(private_rooms.invite, room, account)
    if token is None:
        raise no_room()
    answer = {"invitation": token, "expires_in": protocol_limits.INVITATION_SECONDS}
    return JsonResponse(answer)


async def _account(request: HttpRequest) -> int:
    """The number of the signed-in account. Raises RefusedCallError with 401."""
    identity = await signed_in(request)
    assert identity.account is not None, "who is signed in has an account"
    return identity.account


async def _has_members(room: str) -> bool:
    await chat.start()
    return any(each.room == room for each in await chat.roster.rooms())
