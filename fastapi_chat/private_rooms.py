"""Private rooms, their members and their invitations: queries with a session."""

import time
from collections import Counter
from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Insert, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from chat_core import protocol_limits
from chat_core.accounts import Sweep, digest, make_token, too_many_invitations, too_many_rooms
from chat_core.database import in_parts
from fastapi_chat.history import lock_rooms
from fastapi_chat.models import Invitation, Room, RoomMember

_ADD: Final[dict[str, Insert]] = {
    "sqlite": sqlite.insert(RoomMember).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(RoomMember).on_conflict_do_nothing(),
}

_sweep = Sweep()


async def make(db: AsyncSession, room: str, account: int) -> bool:
    """Make a room private; False if it has messages, or is private already.

    Raises RefusedCallError with 429 if the account has too many.
    """
    mine = select(func.count()).select_from(Room).where(Room.owner_id == account, Room.private)
    if (await db.scalar(mine) or 0) >= protocol_limits.PRIVATE_ROOMS:
        raise too_many_rooms()
    await lock_rooms(db, Counter({room: 0}))
    free = update(Room).where(Room.name == room, Room.newest == 0, Room.private.is_(False))
    made = free.values(private=True, owner_id=account).returning(Room.name)
    return await db.scalar(made) is not None


async def unmake(db: AsyncSession, room: str, account: int) -> None:
    """Undo `make`, for somebody was faster."""
    made = update(Room).where(Room.name == room, Room.owner_id == account)
    await db.execute(made.values(private=False, owner_id=None))


async def is_private(db: AsyncSession, room: str) -> bool:
    """Whether a room is for its members alone."""
    return await db.scalar(select(Room.private).filter_by(name=room)) or False


async def is_member(db: AsyncSession, room: str, account: int) -> bool:
    """Whether an account owns a private room, or was let in once."""
    found = select(Room.name).where(Room.name == room, _is_of(account))
    return await db.scalar(found) is not None


async def hidden(db: AsyncSession, rooms: Collection[str], account: int | None) -> set[str]:
    """The private rooms among these of which an account, or a guest, is not a member."""
    found: set[str] = set()
    for part in in_parts(rooms):
        private = select(Room.name).where(Room.name.in_(part), Room.private)
        if account is not None:
            private = private.where(~_is_of(account))
        found.update(await db.scalars(private))
    return found


async def invite(db: AsyncSession, room: str, account: int) -> str | None:
    """Make an invitation to a room of this account; returns its token, or None without the room.

    Raises RefusedCallError with 429 if the account has too many.
    """
    await _delete_expired(db)
    if not await _owns(db, room, account):
        return None
    now = int(time.time())
    open_ones = (
        select(func.count())
        .select_from(Invitation)
        .join(Room)
        .where(Room.owner_id == account, Invitation.expires_at > now)
    )
    if (await db.scalar(open_ones) or 0) >= protocol_limits.OPEN_INVITATIONS:
        raise too_many_invitations()
    token = make_token()
    expires_at = now + protocol_limits.INVITATION_SECONDS
    db.add(Invitation(key=digest(token), room=room, expires_at=expires_at))
    return token


async def withdraw(db: AsyncSession, room: str, account: int) -> bool:
    """Delete all invitations to a room of this account; False if it has no such room."""
    if not await _owns(db, room, account):
        return False
    await db.execute(delete(Invitation).where(Invitation.room == room))
    return True


async def is_invited(db: AsyncSession, room: str, token: str) -> bool:
    """Whether this is an invitation to the room that is still valid."""
    good = select(Invitation.key).filter_by(key=digest(token), room=room)
    return await db.scalar(good.where(Invitation.expires_at > time.time())) is not None


async def let_in(db: AsyncSession, room: str, account: int) -> None:
    """Make an account a member of a room for good; two workers may do so at once."""
    added = {"room": room, "account_id": account}
    await db.execute(_ADD[db.get_bind().dialect.name], added)


async def _owns(db: AsyncSession, room: str, account: int) -> bool:
    found = select(Room.name).filter_by(name=room, private=True, owner_id=account)
    return await db.scalar(found) is not None


def _is_of(account: int) -> ColumnElement[bool]:
    """Whether a room of a query has this account as its owner or as a member."""
    let_in = exists().where(RoomMember.room == Room.name, RoomMember.account_id == account)
    return or_(func.coalesce(Room.owner_id, 0) == account, let_in)


async def _delete_expired(db: AsyncSession) -> None:
    """At intervals, so that the table does not grow for ever."""
    if _sweep.due(time.monotonic()):
        await db.execute(delete(Invitation).where(Invitation.expires_at <= time.time()))
