"""What a page says to the companion, and what it is told: text frames of one JSON object each."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from chat_core import protocol_limits
from chat_core.handshake import is_room
from chat_core.parameters import Room

MOST_MEMBERS: Final = 200
"""On each backend, for one page."""
RACE: Final = "race-"
"""How the ids begin that are told of."""
MAX_FRAME_BYTES: Final = 4096
"""Of a page's frame."""

Key = Annotated[str, Meta(max_length=protocol_limits.ID_CHARACTERS)] | int


class Set(Struct, tag="set", tag_field="type", frozen=True):
    """So many members are wanted in this room, on every backend."""

    room: Room
    members: Annotated[int, Meta(ge=0, le=MOST_MEMBERS)]


class AskClock(Struct, tag="clock", tag_field="type", frozen=True):
    """What time is it?"""

    id: Key


class Ping(Struct, tag="ping", tag_field="type", frozen=True):
    """As in `chat.v1`: the client's connection asks every server whether it is there."""

    id: Key


class Clock(Struct, tag="clock", tag_field="type", frozen=True):
    """`at` in ms since the epoch, by the clock that deliveries are told by."""

    id: Key
    at: float


class Pong(Struct, tag="pong", tag_field="type", frozen=True):
    """The answer to a ping."""

    id: Key


class Members(Struct, tag="members", tag_field="type", frozen=True):
    """How many members there are; `trouble` says why fewer than wanted, where it is known."""

    backend: str
    connected: int
    wanted: int
    trouble: str | None = None


class Delivered(Struct, tag="delivered", tag_field="type", rename="camel", frozen=True):
    """Of the `members` that were there when the first of them had it, `had` had this message."""

    backend: str
    id: str
    members: int
    had: int
    first_at: float
    last_at: float


class Error(Struct, tag="error", tag_field="type", frozen=True):
    """What is wrong with a frame, or with what it asks for."""

    detail: str


PageFrame = Set | AskClock | Ping
CompanionFrame = Clock | Pong | Members | Delivered | Error


class RefusedFrameError(Exception):
    """A frame that cannot be taken; one sentence."""


_decoder: Final = msgspec.json.Decoder(PageFrame)
_encoder: Final = msgspec.json.Encoder()


def decode(text: str) -> PageFrame:
    """Read a page's frame. Raises RefusedFrameError."""
    try:
        frame: PageFrame = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusedFrameError(f"This frame is not understood: {error}") from None
    if isinstance(frame, Set) and not is_room(frame.room):  # the pattern lets a last newline pass
        raise RefusedFrameError("This frame is not understood: no room may be called so")
    return frame


def encode(frame: CompanionFrame) -> str:
    """The text of a frame."""
    return _encoder.encode(frame).decode()
