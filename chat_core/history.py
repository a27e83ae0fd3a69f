"""What a chat keeps of its messages: the interface of both chats' databases, and what is around it.

A room's messages are numbered from 1 without a hole, in the order in which they were committed.
"""

import re
from typing import Final, NamedTuple, Protocol

from msgspec import Struct

from chat_core.frames import Image, ImageFile, ImageReference, Message

MESSAGE_BYTES: Final = 256
"""What a message takes in a database beside its text and its image, about."""


class NewMessage(Struct, frozen=True):
    """What a member said, before it has a seq: a text, or an image. `at` in ms since the epoch."""

    room: str
    user: str
    id: str
    at: int
    text: str = ""
    image: ImageFile | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two messages have alike: the room, the user, and the id that the client chose."""
        return self.room, self.user, self.id

    @property
    def size(self) -> int:
        """The bytes that the message adds to its room."""
        image = len(self.image.data) if self.image else 0
        return MESSAGE_BYTES + len(without_nul(self.text).encode()) + image


class Kept(NamedTuple):
    """That a message is committed, under which seq; `again` where its id was kept before.

    An id is one message of its user in its room: what is said again is not kept again, and `seq` is
    the seq of the first.
    """

    seq: int
    again: bool = False


Record = Message | ImageReference
"""A message of the history, as the frame that a replay has."""


class History(Protocol):
    """What a chat asks of its database. Every call may raise UnavailableError."""

    async def start(self) -> None:
        """Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task and no thread behind."""

    async def append(self, message: NewMessage) -> Kept | None:
        """Commit a message; None where no history is kept.

        After UnavailableError it is not certain whether the message is kept. Raises TooLargeError
        where the room holds as much as it may.
        """

    async def settle(self, room: str) -> None:
        """Return when no commit that was begun before may still add to the room."""

    async def newest(self, room: str) -> int | None:
        """The seq of a room's newest message, 0 where it has none; None without a history."""

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""

    async def image(self, room: str, seq: int) -> ImageFile | None:
        """An image with its bytes; None where there is none."""

    async def check(self) -> None:
        """Return where the database can be reached."""


class NoHistory:
    """Keeps nothing."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def append(self, message: NewMessage) -> Kept | None:
        return None

    async def settle(self, room: str) -> None:
        pass

    async def newest(self, room: str) -> int | None:
        return None

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        return []

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        return []

    async def image(self, room: str, seq: int) -> ImageFile | None:
        return None

    async def check(self) -> None:
        pass


REPEATED_ID: Final = "\x1b2"
"""What a column of ids has after an id that is not the first of its user in its room, then its seq.

There are such ids only from before the time when an id was one message. The migrations write it.
"""

_REPEATED: Final = re.compile(re.escape(REPEATED_ID) + r"[0-9]+\Z")


def id_from(column: str) -> str:
    """The id that a column of ids has, as the client chose it."""
    return with_nul(_REPEATED.sub("", column))


def without_nul(text: str) -> str:
    """A text as a database column takes it: PostgreSQL's text has no NUL, a message may have one.

    Reversed by `with_nul`. ESC, which stands before what replaces a NUL, is doubled in kind.
    """
    return text.replace("\x1b", "\x1b1").replace("\0", "\x1b0")


def with_nul(column: str) -> str:
    """The text that `without_nul` made this of."""
    return column.replace("\x1b0", "\0").replace("\x1b1", "\x1b") if "\x1b" in column else column


def to_frame(message: NewMessage, seq: int | None) -> Message | Image:
    """The frame of a message for its room, once it is known which seq it has."""
    if message.image is None:
        return Message(seq, message.id, message.user, message.text, message.at)
    mime, name = message.image.mime, message.image.name
    return Image(seq, message.id, message.user, mime, name, message.at)


def image_url(room: str, seq: int) -> str:
    """The path of an image's bytes."""
    return f"/api/rooms/{room}/images/{seq}"
