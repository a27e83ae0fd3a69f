"""Queries about accounts."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core.accounts import Credentials
from chat_core.names import fold_name
from fastapi_chat.accounts.models import Account


async def find(db: AsyncSession, name: str) -> Account | None:
    """The account with this name or with one that reads the same; None if there is none."""
    return await db.scalar(select(Account).where(Account.key == fold_name(name)))


async def is_taken(db: AsyncSession, name: str) -> bool:
    """Whether an account has this name, or one that reads the same."""
    found = select(Account.id).where(Account.key == fold_name(name))
    return await db.scalar(found) is not None


async def taken(db: AsyncSession, keys: Sequence[str]) -> set[str]:
    """The folded names among `keys` that belong to accounts."""
    return set(await db.scalars(select(Account.key).where(Account.key.in_(keys))))


async def create(db: AsyncSession, credentials: Credentials, password: str) -> Account | None:
    """Make an account; returns None if the name was taken meanwhile."""
    account = Account(username=credentials.username, key=credentials.key, password=password)
    try:
        async with db.begin_nested():
            db.add(account)
    except IntegrityError:
        return None
    return account
