"""The identity of a new member: by a ticket, a session, or a guest's name."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from chat_core.accounts import digest, invalid_ticket, reserved_name
from chat_core.handshake import Identity, not_signed_in, read_guest, ticket_in
from django_chat.accounts import sessions, tickets
from django_chat.accounts.models import Account
from django_chat.chat import Chat


async def identify(chat: Chat, scope: Mapping[str, Any], name: str | None) -> Identity:
    """The identity of a WebSocket's scope. Call it once, after accept, because it uses the ticket.

    `name` is the name in the query. Raises RefusedHandshakeError (4400, 4401), and UnavailableError
    if the database does not answer.
    """
    ticket = ticket_in(scope["subprotocols"])
    if ticket is not None:
        return await _by_ticket(chat, ticket)
    if "unavailable" in scope:
        raise scope["unavailable"]
    user = scope.get("user")
    if user is not None and user.is_authenticated:
        return Identity(user.username, digest(scope["session"].session_key), user.pk)
    if name is None and settings.SESSION_COOKIE_NAME in scope["cookies"]:
        raise not_signed_in()
    return await _guest(chat, name)


async def session_alive(chat: Chat, identity: Identity) -> bool:
    """Whether the identity's session has not ended; always true for a guest.

    Asked again after `session.KEY` was joined, because an earlier signal did not reach the member.
    Raises UnavailableError.
    """
    if chat.database is None or not identity.session:
        return True
    return await chat.database.read(sessions.is_alive, identity.session)


async def _by_ticket(chat: Chat, ticket: str) -> Identity:
    database = chat.database
    identity = None if database is None else await database.write(tickets.redeem, ticket)
    if identity is None:
        raise invalid_ticket()
    return identity


async def _guest(chat: Chat, name: str | None) -> Identity:
    user = read_guest(name, guests=chat.settings.guests)
    if chat.database is not None and await chat.database.read(Account.objects.is_taken, user):
        raise reserved_name()
    return Identity(user)
