"""What the chat keeps of its messages, by SQLAlchemy."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql.dml import ReturningInsert

from chat_core.commit_group import CommitGroup
from chat_core.frames import Image, ImageFile, Message
from chat_core.history import Kept, NewMessage, Record, id_from, with_nul, without_nul
from chat_core.settings import Settings
from fastapi_chat import models
from fastapi_chat.database import Database


class DatabaseHistory:
    """The History of `chat_core.history`, in SQLite or PostgreSQL."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._group = CommitGroup(self._commit, settings.commit_group)

    async def start(self) -> None:
        """Nothing: the pool connects when it is asked first, and after the database was away."""

    async def stop(self) -> None:
        """Commit what waits."""
        await self._group.stop()

    async def append(self, message: NewMessage) -> Kept:
        """Commit a message together with those that arrive with it."""
        return await self._group.append(message)

    async def settle(self, room: str) -> None:
        """Return when no commit that was begun before may still add to the room."""
        await self._database.write(lock_rooms, [room])

    async def newest(self, room: str) -> int:
        """The seq of a room's newest message, 0 where it has none."""
        return await self._database.read(newest, room)

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""
        return await self._database.read(messages_after, room, after, limit)

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""
        return await self._database.read(messages_before, room, before, limit)

    async def image(self, room: str, seq: int) -> ImageFile | None:
        """An image with its bytes; None where there is none."""
        return await self._database.read(image, room, seq)

    async def check(self) -> None:
        """Return where the database answers."""
        await self._database.read(newest, "")

    async def _commit(self, batch: Sequence[NewMessage]) -> list[Kept]:
        try:
            return await self._database.write(commit, batch)
        except IntegrityError:  # an id is kept already, which is rare
            return await self._database.write(commit, batch, said_again=True)


async def commit(
    session: AsyncSession, batch: Sequence[NewMessage], said_again: bool = False
) -> list[Kept]:
    """Add messages in the session's transaction; ids that are kept are looked for if they may be.

    Raises IntegrityError where an id is kept that was not looked for.
    """
    kept = {}
    if said_again:
        await lock_rooms(session, {message.room for message in batch})
        kept = await _kept(session, batch)
    new = [message for message in batch if message.key not in kept]
    seqs = iter(await _add(session, new) if new else [])
    return [
        Kept(kept[message.key], again=True) if message.key in kept else Kept(next(seqs))
        for message in batch
    ]


async def lock_rooms(session: AsyncSession, names: Collection[str]) -> None:
    """Make the rooms that are not there; nobody else adds to them in this transaction."""
    await _raise_newest(session, Counter(dict.fromkeys(names, 0)))


async def newest(session: AsyncSession, room: str) -> int:
    """The seq of a room's newest message, 0 where it has none."""
    return await session.scalar(select(models.Room.newest).filter_by(name=room)) or 0


async def messages_after(session: AsyncSession, room: str, after: int, limit: int) -> list[Record]:
    """The first `limit` messages after `after`, in the order of their seq."""
    found = select(models.Message).filter_by(room=room).where(models.Message.seq > after)
    rows = await session.scalars(found.order_by(models.Message.seq).limit(limit))
    return [_record(row) for row in rows]


async def messages_before(
    session: AsyncSession, room: str, before: int | None, limit: int
) -> list[Record]:
    """The last `limit` messages before `before` (None: of all), in the order of their seq."""
    found = select(models.Message).filter_by(room=room)
    if before is not None:
        found = found.where(models.Message.seq < before)
    rows = await session.scalars(found.order_by(models.Message.seq.desc()).limit(limit))
    return [_record(row) for row in reversed(rows.all())]


async def image(session: AsyncSession, room: str, seq: int) -> ImageFile | None:
    """An image with its bytes; None where there is none."""
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
    """The seqs of those of the messages that are kept already, by their keys."""
    table = models.Message
    found = select(table.room, table.user, table.client_id, table.seq).where(
        table.room.in_({message.room for message in batch}),
        table.client_id.in_({without_nul(message.id) for message in batch}),
    )
    rows = await session.execute(found)
    return {(room, with_nul(user), id_from(column)): seq for room, user, column, seq in rows}


async def _add(session: AsyncSession, batch: Sequence[NewMessage]) -> list[int]:
    """Number the messages and add them, and return their seqs."""
    counts = Counter(message.room for message in batch)
    newest = await _raise_newest(session, counts)
    newest = {room: newest[room] - counts[room] for room in newest}
    seqs = []
    for message in batch:
        newest[message.room] += 1
        seqs.append(newest[message.room])
    rows = [_row(message, seq) for message, seq in zip(batch, seqs, strict=True)]
    await session.execute(insert(models.Message), rows)
    for message, seq in zip(batch, seqs, strict=True):
        if message.image is not None:  # one at a time: together they may be very large
            row_id = select(models.Message.id).filter_by(room=message.room, seq=seq)
            await session.execute(
                insert(models.ImageFile).values(
                    message_id=row_id.scalar_subquery(), data=message.image.data
                )
            )
    return seqs


async def _raise_newest(session: AsyncSession, counts: Counter[str]) -> dict[str, int]:
    """Raise the newest of each room by so many, and return it; the rooms are locked from now on.

    In the order of their names in every process, so that none waits for another in turn.
    """
    rooms = [{"name": name, "newest": counts[name]} for name in sorted(counts)]
    raised = await session.execute(_RAISE[session.get_bind().dialect.name], rooms)
    return {row.name: row.newest for row in raised}


def _raise(upsert: Any) -> ReturningInsert[str, int]:
    """Raise the newest of rooms by so many, and make those that are not there."""
    statement = upsert(models.Room)
    raised: ReturningInsert[str, int] = statement.on_conflict_do_update(
        index_elements=[models.Room.name],
        set_={"newest": models.Room.newest + statement.excluded.newest},
    ).returning(models.Room.name, models.Room.newest)
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
        "text": without_nul(message.text),
        "at": message.at,
        "mime": message.image.mime if message.image else "",
        "name": without_nul(message.image.name) if message.image else "",
    }


def _record(row: models.Message) -> Record:
    identifier, user = id_from(row.client_id), with_nul(row.user)
    if row.mime:
        return Image(row.seq, identifier, user, row.mime, with_nul(row.name), row.at)
    return Message(row.seq, identifier, user, with_nul(row.text), row.at)
