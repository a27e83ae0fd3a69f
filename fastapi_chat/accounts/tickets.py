"""Tickets: for a client that cannot send a cookie with its handshake."""

import time

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core import protocol_limits
from chat_core.accounts import Sweep, digest, make_token
from chat_core.handshake import Identity
from fastapi_chat.accounts import sessions
from fastapi_chat.accounts.models import Ticket

_sweep = Sweep()


async def issue(db: AsyncSession, identity: Identity) -> str:
    """A new ticket of a session."""
    await sweep(db)
    token = make_token()
    expires_at = int(time.time()) + protocol_limits.TICKET_SECONDS
    db.add(Ticket(key=digest(token), session=identity.session, expires_at=expires_at))
    return token


async def redeem(db: AsyncSession, token: str) -> Identity | None:
    """Who a ticket is of, once; None where it is unknown, spent or expired, or its session ended.

    Of all that come with it at once, in any process, the one that deletes it has it.
    """
    spent = (
        delete(Ticket)
        .where(Ticket.key == digest(token), Ticket.expires_at > time.time())
        .returning(Ticket.session)
    )
    session = await db.scalar(spent)
    return None if session is None else await sessions.identity_of(db, session)


async def sweep(db: AsyncSession) -> None:
    """Delete what has expired, now and then, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        await db.execute(delete(Ticket).where(Ticket.expires_at <= time.time()))
