"""Tickets, for clients that cannot send a cookie with a handshake."""

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
    """Make a ticket of a session; returns its token."""
    await sweep(db)
    token = make_token()
    expires_at = int(time.time()) + protocol_limits.TICKET_SECONDS
    db.add(Ticket(key=digest(token), session=identity.session, expires_at=expires_at))
    return token


async def redeem(db: AsyncSession, token: str) -> Identity | None:
    """Use a ticket: its identity, or None if it is unknown, used or expired, or its session ended.

    Of simultaneous uses in any processes, only the one that deletes the row succeeds.
    """
    spent = (
        delete(Ticket)
        .where(Ticket.key == digest(token), Ticket.expires_at > time.time())
        .returning(Ticket.session)
    )
    session = await db.scalar(spent)
    return None if session is None else await sessions.identity_of(db, session)


async def sweep(db: AsyncSession) -> None:
    """Delete expired rows, at intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        await db.execute(delete(Ticket).where(Ticket.expires_at <= time.time()))
