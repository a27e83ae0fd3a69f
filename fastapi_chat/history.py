"""What the chat keeps of its messages, by SQLAlchemy."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager
from sqlalchemy.sql.dml import ReturningInsert

from chat_core.commit_group import CommitGroup
from chat_core.frames import Image, Message, Picture
from chat_core.history import NewMessage, Record, with_nul, without_nul
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

    async def append(self, said: NewMessage) -> int:
        """Commit a message together with those that arrive with it, and return its seq."""
        return await self._group.append(said)

    async def newest(self, room: str) -> int:
        """The seq of a room's newest message, 0 where it has none."""
        return await self._database.read(newest, room)

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""
        return await self._database.read(messages_after, room, after, limit)

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""
        return await self._database.read(messages_before, room, before, limit)

    async def picture(self, room: str, seq: int) -> Picture | None:
        """The picture of an image; None where there is none."""
        return await self._database.read(picture, room, seq)

    async def check(self) -> None:
        """Return where the database answers."""
        await self._database.read(newest, "")

    async def _commit(self, batch: Sequence[NewMessage]) -> list[int]:
        return await self._database.write(commit, batch)


async def commit(session: AsyncSession, batch: Sequence[NewMessage]) -> list[int]:
    """Add messages in the session's transaction, which commits them, and return their seqs."""
    counts = Counter(said.room for said in batch)
    # In the order of their names in every process, so that none waits for another in turn.
    rooms = [{"name": name, "newest": counts[name]} for name in sorted(counts)]
    raised = await session.execute(_RAISE[session.get_bind().dialect.name], rooms)
    return await _add(session, batch, {name: newest - counts[name] for name, newest in raised})


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


async def picture(session: AsyncSession, room: str, seq: int) -> Picture | None:
    """The picture of an image; None where there is none."""
    found = await session.scalar(
        select(models.Picture)
        .join(models.Picture.message)
        .where(models.Message.room == room, models.Message.seq == seq)
        .options(contains_eager(models.Picture.message))
    )
    if found is None:
        return None
    return Picture(found.message.mime, with_nul(found.message.name), found.data)


async def _add(
    session: AsyncSession, batch: Sequence[NewMessage], newest: dict[str, int]
) -> list[int]:
    """Number the messages after their rooms' `newest` and add them; the rooms are locked."""
    seqs = []
    for said in batch:
        newest[said.room] += 1
        seqs.append(newest[said.room])
    rows = [_row(said, seq) for said, seq in zip(batch, seqs, strict=True)]
    await session.execute(insert(models.Message), rows)
    for said, seq in zip(batch, seqs, strict=True):
        if said.picture is not None:  # one at a time: together they may be very large
            message = select(models.Message.id).filter_by(room=said.room, seq=seq)
            await session.execute(
                insert(models.Picture).values(
                    message_id=message.scalar_subquery(), data=said.picture.data
                )
            )
    return seqs


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


def _row(said: NewMessage, seq: int) -> dict[str, Any]:
    return {
        "room": said.room,
        "seq": seq,
        "client_id": without_nul(said.id),
        "user": without_nul(said.user),
        "text": without_nul(said.text),
        "at": said.at,
        "mime": said.picture.mime if said.picture else "",
        "name": without_nul(said.picture.name) if said.picture else "",
    }


def _record(row: models.Message) -> Record:
    identifier, user = with_nul(row.client_id), with_nul(row.user)
    if row.mime:
        return Image(row.seq, identifier, user, row.mime, with_nul(row.name), row.at)
    return Message(row.seq, identifier, user, with_nul(row.text), row.at)
