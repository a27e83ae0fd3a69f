"""The history of messages: the interface of both chats' databases, and helpers for both.

A room's messages are numbered from 1 without a hole, in the order in which they were committed.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from msgspec import UNSET, Struct, UnsetType

from chat_core.frames import Image, ImageFile, ImageReference, Message
from chat_core.protocol_limits import REACTIONS, Emoji
from chat_core.unavailable import UnknownMessageError

MESSAGE_BYTES: Final = 256
"""About how many bytes a message takes in a database besides its text and its image."""

REACTION_BYTES: Final = 128
"""About how many bytes a reaction takes in a database."""


class NewMessage(Struct, frozen=True):
    """A message without a seq: a text or an image. `at` is in ms since the epoch.

    Only the same `author` may take it back; with "", nobody may.
    """

    room: str
    user: str
    id: str
    at: int
    text: str = ""
    image: ImageFile | None = None
    author: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """The room, the user, and the client's id; no two messages share all three."""
        return self.room, self.user, self.id

    @property
    def size(self) -> int:
        """The bytes that the message adds to its room."""
        image = len(self.image.data) if self.image else 0
        return MESSAGE_BYTES + len(without_nul(self.text).encode()) + image


class Retraction(Struct, frozen=True):
    """A message that its author takes back; `id` is the id of the frame that asks for it."""

    room: str
    seq: int
    author: str
    user: str
    id: str | UnsetType = UNSET


class Reaction(Struct, frozen=True):
    """An emoji that a member puts to a message, or takes away.

    Each `reactor` counts once with an emoji. `id` is the id of the frame that asks for it.
    """

    room: str
    seq: int
    reactor: str
    user: str
    emoji: Emoji
    on: bool
    id: str | UnsetType = UNSET


Change = Retraction | Reaction
"""A change of a kept message."""


class Entrance(NamedTuple):
    """What a new member meets: the seq of the newest message, and whether the room is private.

    `newest` is 0 for an empty room, and None without a history.
    """

    newest: int | None
    private: bool


class Kept(NamedTuple):
    """A committed message: its seq; `again` is true if its id was kept before.

    An id is one message of its user in its room. A repeated message is not kept again, and `seq` is
    the seq of the first one.
    """

    seq: int
    again: bool = False


Record = Message | ImageReference
"""A message of the history, as its frame in a replay."""


class History(Protocol):
    """The database of a chat's messages. Every call may raise UnavailableError."""

    async def start(self) -> None:
        """Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task and no thread behind."""

    async def append(self, message: NewMessage) -> Kept | None:
        """Commit a message; None without a history.

        After UnavailableError it is not certain whether the message is kept. Raises TooLargeError
        if the room is full, or all rooms together are.
        """

    async def unsay(self, retraction: Retraction) -> bool:
        """Delete the text or the image of a message, and what is known of it but its sender.

        Returns False if this was done before. Raises UnknownMessageError if there is no such
        message of this author.
        """

    async def react(self, reaction: Reaction) -> dict[str, int] | None:
        """Put an emoji to a message, or take it away.

        Returns the counts of all emojis of the message by `in_order`; None if nothing changed.
        Raises UnknownMessageError if there is no such message or if it was taken back, and
        TooLargeError if the room is full.
        """

    async def settle(self, room: str) -> None:
        """Wait until no commit that has already begun can still add to the room."""

    async def newest(self, room: str) -> int | None:
        """The seq of a room's newest message, 0 for an empty room; None without a history."""

    async def entrance(self, room: str) -> Entrance:
        """The newest message of a room, and whether the room is private, in one query."""

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""

    async def image(self, room: str, seq: int) -> ImageFile | None:
        """An image with its bytes; None if there is none with this seq."""

    async def check(self) -> None:
        """Return if the database answers; otherwise raise UnavailableError."""


class NoHistory:
    """Keeps nothing."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def append(self, message: NewMessage) -> Kept | None:
        return None

    async def unsay(self, retraction: Retraction) -> bool:
        raise UnknownMessageError

    async def react(self, reaction: Reaction) -> dict[str, int] | None:
        raise UnknownMessageError

    async def settle(self, room: str) -> None:
        pass

    async def newest(self, room: str) -> int | None:
        return None

    async def entrance(self, room: str) -> Entrance:
        return Entrance(await self.newest(room), private=False)

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        return []

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        return []

    async def image(self, room: str, seq: int) -> ImageFile | None:
        return None

    async def check(self) -> None:
        pass


REPEATED_ID: Final = "\x1b2"
"""The mark in a column of ids after a repeated id of the same user and room; the seq follows it.

Only old messages have it: the migration that made ids unique writes it.
"""

_REPEATED: Final = re.compile(re.escape(REPEATED_ID) + r"[0-9]+\Z")


def id_from(column: str) -> str:
    """The client's id from a value in a column of ids."""
    return with_nul(_REPEATED.sub("", column))


def without_nul(text: str) -> str:
    """A text for a database column: PostgreSQL's text cannot hold a NUL, a message can.

    `with_nul` reverses it. ESC marks a replaced NUL, so an ESC in the text is escaped, too.
    """
    return text.replace("\x1b", "\x1b1").replace("\0", "\x1b0")


def with_nul(column: str) -> str:
    """The original text of a value that `without_nul` made."""
    return column.replace("\x1b0", "\0").replace("\x1b1", "\x1b") if "\x1b" in column else column


def to_frame(message: NewMessage, seq: int | None) -> Message | Image:
    """The frame of a message for its room, with its seq."""
    if message.image is None:
        return Message(seq, message.id, message.user, message.text, message.at)
    mime, name = message.image.mime, message.image.name
    return Image(seq, message.id, message.user, mime, name, message.at)


def in_order(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The counts of emojis in the order of `protocol_limits.REACTIONS`."""
    found = dict(counts)
    return {emoji: found[emoji] for emoji in REACTIONS if emoji in found}


def image_url(room: str, seq: int) -> str:
    """The path of an image's bytes."""
    return f"/api/rooms/{room}/images/{seq}"
