"""Who may enter a private room, and who may read what it keeps."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

from fastapi import Depends

from chat_core.accounts import no_room
from chat_core.handshake import Handshake, Identity, not_invited
from fastapi_chat import private_rooms
from fastapi_chat.accounts import sessions
from fastapi_chat.accounts.dependencies import SessionDependency
from fastapi_chat.chat import Chat
from fastapi_chat.dependencies import ChatDependency


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


class Reader:
    """The user, or the guest, of a request that reads rooms."""

    def __init__(self, chat: ChatDependency, session: SessionDependency) -> None:
        self._database = chat.database
        self._session = session

    async def check(self, room: str) -> None:
        """Raise RefusedCallError with 404 if the room is private, and the user is no member."""
        if room in await self.hidden([room]):
            raise no_room()

    async def hidden(self, rooms: Collection[str]) -> set[str]:
        """The private rooms among these that the user, or a guest, may not see."""
        if self._database is None or not rooms:
            return set()
        hidden = await self._database.read(private_rooms.hidden, rooms, None)
        if hidden and self._session is not None:
            identity = await self._database.read(sessions.identity_of, self._session)
            if identity is not None:
                return await self._database.read(private_rooms.hidden, hidden, identity.account)
        return hidden


ReaderDependency = Annotated[Reader, Depends()]
