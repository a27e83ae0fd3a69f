"""Who may enter a private room, and who may read what it keeps."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest

from chat_core.accounts import no_room
from chat_core.handshake import Handshake, Identity, not_invited
from django_chat import private_rooms
from django_chat.accounts import sessions
from django_chat.chat import Chat, chat


async def admit(
    chat: Chat, handshake: Handshake, identity: Identity, invitation: str | None
) -> Handshake:
    """The handshake of a member that may enter; of a private room, it says so.

    Raises RefusedHandshakeError (4403) without a membership or a valid invitation, and
    UnavailableError. An account that comes with an invitation is a member from now on.
    """
    database, room, account = chat.database, handshake.room, identity.account
    if database is None or not await database.read(private_rooms.is_private, room):
        return handshake
    if account is None or not await database.read(private_rooms.is_member, room, account):
        if not invitation or not await database.read(private_rooms.is_invited, room, invitation):
            raise not_invited()
        if account is not None:
            await database.write(private_rooms.let_in, room, account)
    return replace(handshake, private=True)


async def check_reader(request: HttpRequest, room: str) -> None:
    """Raise RefusedCallError with 404 if the room is private, and the user is not a member."""
    if room in await hidden_rooms(request, [room]):
        raise no_room()


async def hidden_rooms(request: HttpRequest, rooms: list[str]) -> set[str]:
    """The private rooms among these that the user, or a guest, may not see."""
    database = chat.database
    if database is None or not rooms:
        return set()
    hidden = await database.read(private_rooms.hidden, rooms, None)
    if hidden and settings.SESSION_COOKIE_NAME in request.COOKIES:
        identity = await database.read(sessions.identity_of, request)
        if identity is not None:
            return await database.read(private_rooms.hidden, hidden, identity.account)
    return hidden
