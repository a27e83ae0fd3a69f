"""Queries about sessions, for the calls and the handshake."""

import hmac
import time
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core import accounts
from chat_core.accounts import Sweep, make_token
from chat_core.handshake import Identity
from fastapi_chat.accounts.models import Account, Session

_sweep = Sweep()


def session_key(secret: str, cookie: str) -> str:
    """The key of a session in the database. Another CHAT_SECRET_KEY ends all sessions."""
    return hmac.new(secret.encode(), cookie.encode("utf-8", "replace"), "sha256").hexdigest()


async def begin(db: AsyncSession, account_id: int, secret: str, old: str | None) -> tuple[str, str]:
    """Sign in with a new session. Returns its cookie, and the key of the replaced session.

    `old` is the key of the call's session. The returned key is "" if there was no such session.
    """
    await sweep(db)
    ended = await end(db, old) if old else ""
    cookie = make_token()
    expires_at = int(time.time()) + accounts.SESSION_SECONDS
    key = session_key(secret, cookie)
    db.add(Session(key=key, account_id=account_id, expires_at=expires_at))
    return cookie, ended


async def end(db: AsyncSession, key: str) -> str:
    """Sign out. Returns the key of the ended session; "" if there was none."""
    ended = delete(Session).where(Session.key == key).returning(Session.key)
    return await db.scalar(ended) or ""


async def sweep(db: AsyncSession) -> None:
    """Delete expired rows, at intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        await db.execute(delete(Session).where(Session.expires_at <= time.time()))


async def identity_of(db: AsyncSession, key: str) -> Identity | None:
    """The identity of a session; None if there is no valid session."""
    found = (
        select(Account.username, Account.id)
        .join(Session, Session.account_id == Account.id)
        .where(Session.key == key, Session.expires_at > time.time())
    )
    row = (await db.execute(found)).one_or_none()
    return None if row is None else Identity(row.username, key, row.id)


async def living(db: AsyncSession, keys: Sequence[str]) -> set[str]:
    """The keys among `keys` of sessions that have not ended."""
    found = select(Session.key).where(Session.key.in_(keys), Session.expires_at > time.time())
    return set(await db.scalars(found))
