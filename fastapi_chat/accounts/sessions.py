"""Sessions, as questions to the database: what the calls and the handshake ask of them."""

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
    """The digest by which a session is kept; another CHAT_SECRET_KEY ends all sessions."""
    return hmac.new(secret.encode(), cookie.encode("utf-8", "replace"), "sha256").hexdigest()


async def begin(db: AsyncSession, account_id: int, secret: str, old: str | None) -> tuple[str, str]:
    """Sign in, by a new session: its cookie, and the key of the one that this ends.

    `old` is the key of the one that came with the call; what is returned of it is empty where
    there was none.
    """
    await sweep(db)
    ended = await end(db, old) if old else ""
    cookie = make_token()
    expires_at = int(time.time()) + accounts.SESSION_SECONDS
    key = session_key(secret, cookie)
    db.add(Session(key=key, account_id=account_id, expires_at=expires_at))
    return cookie, ended


async def end(db: AsyncSession, key: str) -> str:
    """Sign out, and return the key of the session that has ended, empty where there was none."""
    ended = delete(Session).where(Session.key == key).returning(Session.key)
    return await db.scalar(ended) or ""


async def sweep(db: AsyncSession) -> None:
    """Delete what has expired, now and then, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        await db.execute(delete(Session).where(Session.expires_at <= time.time()))


async def identity_of(db: AsyncSession, key: str) -> Identity | None:
    """Who is signed in by a session; None where it has ended, or never was."""
    found = (
        select(Account.username)
        .join(Session, Session.account_id == Account.id)
        .where(Session.key == key, Session.expires_at > time.time())
    )
    username = await db.scalar(found)
    return None if username is None else Identity(username, key)


async def living(db: AsyncSession, keys: Sequence[str]) -> set[str]:
    """Those of these sessions that have not ended."""
    found = select(Session.key).where(Session.key.in_(keys), Session.expires_at > time.time())
    return set(await db.scalars(found))
