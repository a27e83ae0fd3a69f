"""How passwords are hashed: as in the other chat."""

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
    """What is kept of a password.

    The loop's own threads hash. They are few, and so is the memory they take.
    """
    return await asyncio.to_thread(_hasher.hash, password)


async def check_password(password: str, encoded: str | None) -> bool:
    """Whether this is the password; it takes as long where there is no account to compare with."""
    if encoded is None:
        await make_password(password)
        return False
    return await asyncio.to_thread(_hasher.verify, password, encoded)
