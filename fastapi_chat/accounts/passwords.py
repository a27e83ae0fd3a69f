"""The hashing of passwords, with the same parameters as in the other chat."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from chat_core import accounts

_hasher = PasswordHash(
    (
        Argon2Hasher(
            time_cost=accounts.ARGON2_TIME_COST,
            memory_cost=accounts.ARGON2_MEMORY_KIB,
            parallelism=accounts.ARGON2_PARALLELISM,
        ),
    )
)


async def make_password(password: str) -> str:
    """The hash of a password, for the database.

    The event loop's default threads hash. They are few, so memory is bounded.
    """
    return await asyncio.to_thread(_hasher.hash, password)


async def check_password(password: str, encoded: str | None) -> bool:
    """Whether this is the password; without an account (None) it takes the same time."""
    if encoded is None:
        await make_password(password)
        return False
    return await asyncio.to_thread(_hasher.verify, password, encoded)
