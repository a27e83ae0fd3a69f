"""What a chat keeps of its messages: the interface of both chats' databases, and what is around it.

A room's messages are numbered from 1 without a hole, in the order in which they were committed.
"""

from typing import Protocol

from msgspec import Struct

from chat_core.frames import Image, Message, Picture


class NewMessage(Struct, frozen=True):
    """What a member said, before it has a seq: a text, or a picture. `at` in ms since the epoch."""

    room: str
    user: str
    id: str
    at: int
    text: str = ""
    picture: Picture | None = None


Record = Message | Image
"""A message of the history, as the frame that it was; an image without its picture."""


class History(Protocol):
    """What a chat asks of its database. Every call may raise UnavailableError."""

    async def start(self) -> None:
        """Called once, in the event loop of the server."""

    async def stop(self) -> None:
        """Disconnect, and leave no task and no thread behind."""

    async def append(self, said: NewMessage) -> int | None:
        """Commit a message, and return its seq; None where no history is kept."""

    async def newest(self, room: str) -> int | None:
        """The seq of a room's newest message, 0 where it has none; None without a history."""

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        """The first `limit` messages after `after`, in the order of their seq."""

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        """The last `limit` messages before `before` (None: of all), in the order of their seq."""

    async def picture(self, room: str, seq: int) -> Picture | None:
        """The picture of an image; None where there is none."""

    async def check(self) -> None:
        """Return where the database can be reached."""


class NoHistory:
    """Keeps nothing."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def append(self, said: NewMessage) -> int | None:
        return None

    async def newest(self, room: str) -> int | None:
        return None

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        return []

    async def before(self, room: str, before: int | None, limit: int) -> list[Record]:
        return []

    async def picture(self, room: str, seq: int) -> Picture | None:
        return None

    async def check(self) -> None:
        pass


def without_nul(text: str) -> str:
    """A text as a database column takes it: PostgreSQL's text has no NUL, a message may have one.

    Reversed by `with_nul`. ESC, which stands before what replaces a NUL, is doubled in kind.
    """
    return text.replace("\x1b", "\x1b1").replace("\0", "\x1b0")


def with_nul(column: str) -> str:
    """The text that `without_nul` made this of."""
    return column.replace("\x1b0", "\0").replace("\x1b1", "\x1b") if "\x1b" in column else column


def to_frame(said: NewMessage, seq: int | None) -> Record:
    """The frame of what was said, once it is known which seq it has."""
    if said.picture is None:
        return Message(seq, said.id, said.user, said.text, said.at)
    return Image(seq, said.id, said.user, said.picture.mime, said.picture.name, said.at)
