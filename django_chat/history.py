"""What the chat keeps of its messages, by Django's ORM."""

from collections.abc import Sequence

from django.db import transaction

from chat_core.commit_group import CommitGroup
from chat_core.frames import Image, Message, Picture
from chat_core.history import NewMessage, Record, with_nul, without_nul
from chat_core.settings import Settings
from django_chat import models
from django_chat.database import Database


class DatabaseHistory:
    """The History of `chat_core.history`, in SQLite or PostgreSQL."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._group = CommitGroup(self._commit, settings.commit_group)

    async def start(self) -> None:
        """Nothing: a thread connects when it is asked first, and after the database was away."""

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


def commit(batch: Sequence[NewMessage]) -> list[int]:
    """Commit messages in one transaction, and return their seqs."""
    names = sorted({said.room for said in batch})
    while True:
        with transaction.atomic():
            # In the order of their names in every process, so that none waits for another in turn.
            rooms = list(
                models.Room.objects.select_for_update().filter(pk__in=names).order_by("pk")
            )
            if len(rooms) == len(names):
                return _add(batch, {room.name: room for room in rooms})
        models.Room.objects.bulk_create(
            [models.Room(name=name) for name in names], ignore_conflicts=True
        )


def newest(room: str) -> int:
    """The seq of a room's newest message, 0 where it has none."""
    return models.Room.objects.filter(pk=room).values_list("newest", flat=True).first() or 0


def messages_after(room: str, after: int, limit: int) -> list[Record]:
    """The first `limit` messages after `after`, in the order of their seq."""
    found = models.Message.objects.filter(room=room, seq__gt=after).order_by("seq")
    return [_record(message) for message in found[:limit]]


def messages_before(room: str, before: int | None, limit: int) -> list[Record]:
    """The last `limit` messages before `before` (None: of all), in the order of their seq."""
    found = models.Message.objects.filter(room=room).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    return [_record(message) for message in reversed(list(found[:limit]))]


def picture(room: str, seq: int) -> Picture | None:
    """The picture of an image; None where there is none."""
    found = (
        models.Picture.objects.select_related("message")
        .filter(message__room=room, message__seq=seq)
        .first()
    )
    if found is None:
        return None
    return Picture(found.message.mime, with_nul(found.message.name), bytes(found.data))


def _add(batch: Sequence[NewMessage], rooms: dict[str, models.Room]) -> list[int]:
    """Number the messages and add them; the rooms are locked."""
    messages = []
    for said in batch:
        room = rooms[said.room]
        room.newest += 1
        messages.append(_row(said, room.newest))
    for room in rooms.values():  # most often one: `bulk_update` would cost more than all the rest
        room.save(update_fields=["newest"])
    models.Message.objects.bulk_create(messages)
    for said, message in zip(batch, messages, strict=True):
        if said.picture is not None:  # one at a time: together they may be very large
            models.Picture.objects.create(message=message, data=said.picture.data)
    return [message.seq for message in messages]


def _row(said: NewMessage, seq: int) -> models.Message:
    return models.Message(
        room_id=said.room,
        seq=seq,
        client_id=without_nul(said.id),
        user=without_nul(said.user),
        text=without_nul(said.text),
        at=said.at,
        mime=said.picture.mime if said.picture else "",
        name=without_nul(said.picture.name) if said.picture else "",
    )


def _record(row: models.Message) -> Record:
    identifier, user = with_nul(row.client_id), with_nul(row.user)
    if row.mime:
        return Image(row.seq, identifier, user, row.mime, with_nul(row.name), row.at)
    return Message(row.seq, identifier, user, with_nul(row.text), row.at)
