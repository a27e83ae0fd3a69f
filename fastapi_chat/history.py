"""The history of messages, with SQLAlchemy."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql.dml import ReturningInsert

from chat_core.commit_group import CommitGroup
from chat_core.frames import ImageFile, ImageReference, Message
from chat_core.history import (
    Entrance,
    Kept,
    NewMessage,
    Reaction,
    Record,
    Retraction,
    id_from,
    image_url,
    with_nul,
    without_nul,
)
from chat_core.room_quota import Outcome, Quota, outcomes
from chat_core.settings import Settings
from chat_core.unavailable import TooLargeError
from fastapi_chat import models
from fastapi_chat.database import Database
from fastapi_chat.reactions import counts, react
from fastapi_chat.taking_back import unsay


class DatabaseHistory:
    """The History of `chat_core.history`, in SQLite or PostgreSQL."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._quota = Quota(settings)
        self._group = CommitGroup(self._commit, settings.commit_group)

    async def start(self) -> None:
        """Do nothing: the pool connects at the first query, and again after an outage."""

    async def stop(self) -> None:
        """Commit what waits."""
        await self._group.stop()

    async def append(self, message: NewMessage) -> Kept:
        """Commit a message together with others that arrive at the same time."""
        return await self._group.append(message)

    async def unsay(self, retraction: Retraction) -> bool:
        """Delete what a message says; False if this was done before. Raises UnknownMessageError."""
        return await self._database.write(unsay, retraction)

    async def react(self, reaction: Reaction) -> dict[str, int] | None:
        """Put an emoji to a message, or take it away. Returns the counts; None if none changed.

        Raises UnknownMessageError, TooLargeError.
        """
        return await self._database.write(react, reaction, self._quota.room_bytes)

    async def settle(self, room: str) -> None:
        """Wait until no commit that has already begun can still add to the room."""
        await self._database.write(lock_rooms, Counter({room: 0}))

    async def newest(self, room: str) -> int:
        """The seq of a room's newest message; 0 for an empty room."""
        return await self._database.read(newest, room)

    async def entrance(self, room: str) -> Entrance:
        """The newest message of a room, and whether the room is private, in one query."""
        return await self._database.read(entrance, room)

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""
        return await self._database.read(messages_after, room, after, limit)

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""
        return await self._database.read(messages_before, room, before, limit)

    async def image(self, room: str, seq: int) -> ImageFile | None:
        """An image with its bytes; None if there is none with this seq."""
        return await self._database.read(image, room, seq)

    async def check(self) -> None:
        """Return if the database answers, and takes writes again after a write failed.

        Raises UnavailableError.
        """
        await self._database.read(newest, "")
        if self._database.outages.ongoing("write"):
            await self._database.write(check_writes)

    async def _commit(self, batch: Sequence[NewMessage]) -> list[Outcome]:
        if self._quota.is_due(time.monotonic()):
            self._quota.measured(await self._database.read(held_bytes))
        most_bytes = self._quota.room_bytes
        try:
            found: list[Outcome] = [*await self._database.write(commit_all, batch, most_bytes)]
        except (IntegrityError, TooLargeError):  # rare: some messages cannot be added
            found = await self._database.write(commit_some, batch, most_bytes)
        self._quota.added(batch, found)
        return found


async def commit_all(
    session: AsyncSession, batch: Sequence[NewMessage], most_bytes: int | None
) -> list[Kept]:
    """Add all messages in the session's transaction, which commits them.

    Raises IntegrityError if an id is already kept, and TooLargeError if a room is full.
    """
    counts, sizes = Counter[str](), Counter[str]()
    for message in batch:
        counts[message.room] += 1
        sizes[message.room] += message.size
    rooms = await lock_rooms(session, counts, sizes)
    if most_bytes is not None and any(room.bytes > most_bytes for room in rooms.values()):
        raise TooLargeError("a room is full")
    newest = {name: room.newest - counts[name] for name, room in rooms.items()}
    return [Kept(seq) for seq in await _add(session, batch, newest)]


async def commit_some(
    session: AsyncSession, batch: Sequence[NewMessage], most_bytes: int | None
) -> list[Outcome]:
    """Add only the messages that are not kept yet and whose rooms are not full."""
    rooms = await lock_rooms(session, Counter(dict.fromkeys((m.room for m in batch), 0)))
    held = {name: room.bytes for name, room in rooms.items()}
    found = outcomes(batch, await _kept(session, batch), held, most_bytes)
    new = [message for message, outcome in zip(batch, found, strict=True) if outcome is None]
    added = iter(await commit_all(session, new, None) if new else [])
    return [next(added) if outcome is None else outcome for outcome in found]


async def lock_rooms(
    session: AsyncSession, counts: Counter[str], sizes: Counter[str] | None = None
) -> dict[str, Row[str, int, int]]:
    """Raise `newest` and the bytes of each room, and make missing rooms.

    The rooms are locked until the end of the transaction. Every process locks in the order of
    names, so that there is no deadlock.
    """
    sizes = sizes or Counter()
    rooms = [
        {"name": name, "newest": counts[name], "bytes": sizes[name]} for name in sorted(counts)
    ]
    raised = await session.execute(_RAISE[session.get_bind().dialect.name], rooms)
    return {row.name: row for row in raised}


async def check_writes(session: AsyncSession) -> None:
    """Write a row: the row of a room without a name."""
    await lock_rooms(session, Counter({"": 0}))


async def held_bytes(session: AsyncSession) -> int:
    """How many bytes all rooms hold."""
    return int(await session.scalar(select(func.sum(models.Room.bytes))) or 0)


async def newest(session: AsyncSession, room: str) -> int:
    """The seq of a room's newest message; 0 for an empty room."""
    return await session.scalar(select(models.Room.newest).filter_by(name=room)) or 0


async def entrance(session: AsyncSession, room: str) -> Entrance:
    """The newest message of a room, 0 for an empty room, and whether the room is private."""
    found = select(models.Room.newest, models.Room.private).filter_by(name=room)
    row = (await session.execute(found)).one_or_none()
    return Entrance(0, private=False) if row is None else Entrance(row.newest, row.private)


async def messages_after(session: AsyncSession, room: str, after: int, limit: int) -> list[Record]:
    """The first `limit` messages after `after`, in the order of their seq."""
    found = select(models.Message).filter_by(room=room).where(models.Message.seq > after)
    rows = await session.scalars(found.order_by(models.Message.seq).limit(limit))
    return await _records(session, room, rows.all())


async def messages_before(
    session: AsyncSession, room: str, before: int | None, limit: int
) -> list[Record]:
    """The last `limit` messages before `before` (None: of all), in the order of their seq."""
    found = select(models.Message).filter_by(room=room)
    if before is not None:
        found = found.where(models.Message.seq < before)
    rows = await session.scalars(found.order_by(models.Message.seq.desc()).limit(limit))
    return await _records(session, room, rows.all()[::-1])


async def image(session: AsyncSession, room: str, seq: int) -> ImageFile | None:
    """An image with its bytes; None if there is none with this seq."""
    found = await session.scalar(
        select(models.ImageFile)
        .join(models.ImageFile.message)
        .where(models.Message.room == room, models.Message.seq == seq)
        .options(contains_eager(models.ImageFile.message))
    )
    if found is None:
        return None
    return ImageFile(found.message.mime, with_nul(found.message.name), found.data)


async def _kept(
    session: AsyncSession, batch: Sequence[NewMessage]
) -> dict[tuple[str, str, str], int]:
    """The seqs of the messages that are already kept, by their keys."""
    table = models.Message
    found = select(table.room, table.user, table.client_id, table.seq).where(
        table.room.in_({message.room for message in batch}),
        table.client_id.in_({without_nul(message.id) for message in batch}),
    )
    rows = await session.execute(found)
    return {(room, with_nul(user), id_from(column)): seq for room, user, column, seq in rows}


async def _add(
    session: AsyncSession, batch: Sequence[NewMessage], newest: dict[str, int]
) -> list[int]:
    """Number the messages after `newest` of their rooms, and add them. The rooms must be locked."""
    seqs = []
    for message in batch:
        newest[message.room] += 1
        seqs.append(newest[message.room])
    rows = [_row(message, seq) for message, seq in zip(batch, seqs, strict=True)]
    await session.execute(insert(models.Message), rows)
    for message, seq in zip(batch, seqs, strict=True):
        if message.image is not None:  # one at a time, because together they may be very large
            row_id = select(models.Message.id).filter_by(room=message.room, seq=seq)
            await session.execute(
                insert(models.ImageFile).values(
                    message_id=row_id.scalar_subquery(), data=message.image.data
                )
            )
    return seqs


def _raise(upsert: Any) -> ReturningInsert[str, int, int]:
    """The statement that raises `newest` and the bytes of rooms, and makes missing rooms."""
    statement = upsert(models.Room)
    raised: ReturningInsert[str, int, int] = statement.on_conflict_do_update(
        index_elements=[models.Room.name],
        set_={
            "newest": models.Room.newest + statement.excluded.newest,
            "bytes": models.Room.bytes + statement.excluded.bytes,
        },
    ).returning(models.Room.name, models.Room.newest, models.Room.bytes)
    return raised


_RAISE: Final = {
    "sqlite": _raise(sqlite.insert),
    "postgresql": _raise(postgresql.insert),
}


def _row(message: NewMessage, seq: int) -> dict[str, Any]:
    return {
        "room": message.room,
        "seq": seq,
        "client_id": without_nul(message.id),
        "user": without_nul(message.user),
        "author": message.author,
        "text": without_nul(message.text),
        "at": message.at,
        "mime": message.image.mime if message.image else "",
        "name": without_nul(message.image.name) if message.image else "",
        "size": len(message.image.data) if message.image else 0,
    }


async def _records(
    session: AsyncSession, room: str, rows: Sequence[models.Message]
) -> list[Record]:
    reactions = await counts(session, [row.id for row in rows]) if rows else {}
    return [_record(room, row, reactions.get(row.id, {})) for row in rows]


def _record(room: str, row: models.Message, reactions: dict[str, int]) -> Record:
    identifier, user = id_from(row.client_id), with_nul(row.user)
    if row.mime:
        url = image_url(room, row.seq)
        name = with_nul(row.name)
        mime, at, size = row.mime, row.at, row.size
        return ImageReference(row.seq, identifier, user, mime, name, at, size, url, reactions)
    text = with_nul(row.text)
    return Message(row.seq, identifier, user, text, row.at, row.unsaid, reactions)
