"""The history of messages, with Django's ORM."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Sum

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
from django_chat import models
from django_chat.database import Database
from django_chat.reactions import counts, react
from django_chat.taking_back import unsay


class DatabaseHistory:
    """The History of `chat_core.history`, in SQLite or PostgreSQL."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._quota = Quota(settings)
        self._group = CommitGroup(self._commit, settings.commit_group)

    async def start(self) -> None:
        """Do nothing: a thread connects at its first query, and again after an outage."""

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
        await self._database.write(settle, room)

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
            found = await self._database.write(commit, batch, most_bytes)
        except (IntegrityError, TooLargeError):  # rare: some messages cannot be added
            found = await self._database.write(commit, batch, most_bytes, some=True)
        self._quota.added(batch, found)
        return found


def commit(
    batch: Sequence[NewMessage], most_bytes: int | None, some: bool = False
) -> list[Outcome]:
    """Commit messages in one transaction: all of them, or only those that can be added.

    A message can be added if it is not kept yet and if its room is not full. For all, raises
    IntegrityError if an id is already kept, and TooLargeError if a room is full.
    """
    names = sorted({message.room for message in batch})
    while True:
        with transaction.atomic():
            rooms = lock_rooms(names)
            if len(rooms) == len(names):
                held = {room.name: room.bytes for room in rooms.values()}
                found = outcomes(batch, _kept(batch) if some else {}, held, most_bytes)
                if not some and any(found):
                    raise TooLargeError("a room is full")
                return _add(batch, rooms, found)
        models.Room.objects.bulk_create(
            [models.Room(name=name) for name in names], ignore_conflicts=True
        )


def settle(room: str) -> None:
    """Wait until no other transaction adds to the room."""
    with transaction.atomic():
        lock_rooms([room])


def check_writes() -> None:
    """Write a row: the row of a room without a name."""
    models.Room.objects.update_or_create(name="", defaults={"newest": 0})


def lock_rooms(names: Collection[str]) -> dict[str, models.Room]:
    """Lock the existing rooms among `names` until the end of the transaction, and return them.

    Every process locks in the order of names, so that there is no deadlock.
    """
    rooms = models.Room.objects.select_for_update().filter(pk__in=names).order_by("pk")
    return {room.name: room for room in rooms}


def held_bytes() -> int:
    """How many bytes all rooms hold."""
    held: int = models.Room.objects.aggregate(held=Sum("bytes", default=0))["held"]
    return held


def newest(room: str) -> int:
    """The seq of a room's newest message; 0 for an empty room."""
    return models.Room.objects.filter(pk=room).values_list("newest", flat=True).first() or 0


def entrance(room: str) -> Entrance:
    """The newest message of a room, 0 for an empty room, and whether the room is private."""
    found = models.Room.objects.filter(pk=room).values_list("newest", "private").first()
    return Entrance(*(found or (0, False)))


def messages_after(room: str, after: int, limit: int) -> list[Record]:
    """The first `limit` messages after `after`, in the order of their seq."""
    found = models.Message.objects.filter(room=room, seq__gt=after).order_by("seq")
    return _records(room, found[:limit])


def messages_before(room: str, before: int | None, limit: int) -> list[Record]:
    """The last `limit` messages before `before` (None: of all), in the order of their seq."""
    found = models.Message.objects.filter(room=room).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    return _records(room, reversed(list(found[:limit])))


def image(room: str, seq: int) -> ImageFile | None:
    """An image with its bytes; None if there is none with this seq."""
    found = (
        models.ImageFile.objects.select_related("message")
        .filter(message__room=room, message__seq=seq)
        .first()
    )
    if found is None:
        return None
    return ImageFile(found.message.mime, with_nul(found.message.name), bytes(found.data))


def _kept(batch: Sequence[NewMessage]) -> dict[tuple[str, str, str], int]:
    """The seqs of the messages that are already kept, by their keys."""
    found = models.Message.objects.filter(
        room__in={message.room for message in batch},
        client_id__in={without_nul(message.id) for message in batch},
    )
    rows = found.values_list("room_id", "user", "client_id", "seq")
    return {(room, with_nul(user), id_from(column)): seq for room, user, column, seq in rows}


def _add(
    batch: Sequence[NewMessage],
    rooms: Mapping[str, models.Room],
    found: Sequence[Outcome | None],
) -> list[Outcome]:
    """Number the messages without an outcome, and add them. The rooms must be locked."""
    results: list[Outcome] = []
    new, rows = [], []
    for message, outcome in zip(batch, found, strict=True):
        if outcome is None:
            room = rooms[message.room]
            room.newest += 1
            room.bytes += message.size
            outcome = Kept(room.newest)
            new.append(message)
            rows.append(_row(message, room.newest))
        results.append(outcome)
    for name in {message.room for message in new}:  # usually one: `bulk_update` costs more
        rooms[name].save(update_fields=["newest", "bytes"])
    models.Message.objects.bulk_create(rows)
    for message, row in zip(new, rows, strict=True):
        if message.image is not None:  # one at a time, because together they may be very large
            models.ImageFile.objects.create(message=row, data=message.image.data)
    return results


def _row(message: NewMessage, seq: int) -> models.Message:
    return models.Message(
        room_id=message.room,
        seq=seq,
        client_id=without_nul(message.id),
        user=without_nul(message.user),
        author=message.author,
        text=without_nul(message.text),
        at=message.at,
        mime=message.image.mime if message.image else "",
        name=without_nul(message.image.name) if message.image else "",
        size=len(message.image.data) if message.image else 0,
    )


def _records(room: str, rows: Iterable[models.Message]) -> list[Record]:
    rows = list(rows)
    reactions = counts([row.pk for row in rows]) if rows else {}
    return [_record(room, row, reactions.get(row.pk, {})) for row in rows]


def _record(room: str, row: models.Message, reactions: dict[str, int]) -> Record:
    identifier, user = id_from(row.client_id), with_nul(row.user)
    if row.mime:
        url = image_url(room, row.seq)
        name = with_nul(row.name)
        mime, at, size = row.mime, row.at, row.size
        return ImageReference(row.seq, identifier, user, mime, name, at, size, url, reactions)
    text = with_nul(row.text)
    return Message(row.seq, identifier, user, text, row.at, row.unsaid, reactions)
