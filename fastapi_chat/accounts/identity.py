"""The identity of a new member: by a ticket, a session, or a guest's name."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import HTTPConnection

from chat_core.accounts import invalid_ticket, reserved_name
from chat_core.handshake import (
    Identity,
    invitation_in,
    not_signed_in,
    read_guest,
    ticket_in,
)
from fastapi_chat.accounts import sessions, tickets, users
from fastapi_chat.accounts.dependencies import SessionDependency
from fastapi_chat.chat import Chat


@dataclass(frozen=True, slots=True)
class Claims:
    """The unchecked identity data of a handshake; `session` is a key."""

    name: str | None
    ticket: str | None
    session: str | None
    invitation: str | None = None


async def read_claims(
    connection: HTTPConnection,
    session: SessionDependency,
    name: Annotated[str | None, Query()] = None,
) -> Claims:
    """Read the claims. This never fails: invalid claims get a close code, after accept."""
    offered = connection.scope["subprotocols"]
    return Claims(name, ticket_in(offered), session, invitation_in(offered))


ClaimsDependency = Annotated[Claims, Depends(read_claims)]


async def identify(chat: Chat, claims: Claims) -> Identity:
    """The identity of a handshake. Call it once, after accept, because it uses the ticket.

    Raises RefusedHandshakeError (4400, 4401), and UnavailableError if the database does not answer.
    """
    if claims.ticket is not None:
        return await _by_ticket(chat, claims.ticket)
    if claims.session is not None:
        identity = await _by_session(chat, claims.session)
        if identity is not None:
            return identity
        if claims.name is None:
            raise not_signed_in()
    return await _guest(chat, claims.name)


async def session_alive(chat: Chat, identity: Identity) -> bool:
    """Whether the identity's session has not ended; always true for a guest.

    Asked again after `session.KEY` was joined, because an earlier signal did not reach the member.
    Raises UnavailableError.
    """
    if not identity.session:
        return True
    return await _by_session(chat, identity.session) is not None


async def _by_session(chat: Chat, session: str) -> Identity | None:
    database = chat.database
    return None if database is None else await database.read(sessions.identity_of, session)


async def _by_ticket(chat: Chat, ticket: str) -> Identity:
    database = chat.database
    identity = None if database is None else await database.write(tickets.redeem, ticket)
    if identity is None:
        raise invalid_ticket()
    return identity


async def _guest(chat: Chat, name: str | None) -> Identity:
    user = read_guest(name, guests=chat.settings.guests)
    if chat.database is not None and await chat.database.read(users.is_taken, user):
        raise reserved_name()
    return Identity(user)
