"""The frames between a page and the companion: text frames of one JSON object each."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from chat_core import protocol_limits
from chat_core.handshake import is_room
from chat_core.parameters import Room

MOST_MEMBERS: Final = 800
"""The largest number of members for one page on each backend."""
RACE: Final = "race-"
"""The prefix of the message ids that are reported."""
MAX_FRAME_BYTES: Final = 4096
"""The largest size of a frame from a page."""

Key = Annotated[str, Meta(max_length=protocol_limits.ID_CHARACTERS)] | int


class Set(Struct, tag="set", tag_field="type", frozen=True):
    """Have this number of members in this room, on one backend or on every backend."""

    room: Room
    members: Annotated[int, Meta(ge=0, le=MOST_MEMBERS)]
    backend: Annotated[str, Meta(max_length=protocol_limits.ID_CHARACTERS)] | None = None


class Stall(Struct, tag="stall", tag_field="type", frozen=True):
    """Have this page's members on this backend stop reading for some seconds."""

    backend: Annotated[str, Meta(max_length=protocol_limits.ID_CHARACTERS)]


class AskClock(Struct, tag="clock", tag_field="type", frozen=True):
    """Ask for the time of the companion's clock."""

    id: Key


class Ping(Struct, tag="ping", tag_field="type", frozen=True):
    """A liveness check, as in `chat.v1`: the client sends it to every server."""

    id: Key


class Clock(Struct, tag="clock", tag_field="type", frozen=True):
    """The time `at` in ms since the epoch, by the clock of the `delivered` frames.

    `lag` is how late the companion's timers came in the last second, in ms.
    """

    id: Key
    at: float
    lag: float


class Pong(Struct, tag="pong", tag_field="type", frozen=True):
    """The answer to a ping."""

    id: Key


class Members(Struct, tag="members", tag_field="type", frozen=True):
    """The number of members. `trouble` says why it is less than wanted, if known."""

    backend: str
    connected: int
    wanted: int
    trouble: str | None = None


class Delivered(Struct, tag="delivered", tag_field="type", rename="camel", frozen=True):
    """A delivery: `had` of `members` received this message, `late` of them after the limit.

    `members` were connected when the first of them received it. While some are `waiting`, another
    report follows; the rest lost it. Times are ms since the epoch.
    """

    backend: str
    id: str
    members: int
    had: int
    late: int
    waiting: int
    first_at: float
    last_at: float


class Error(Struct, tag="error", tag_field="type", frozen=True):
    """What is wrong with a frame or its request."""

    detail: str


PageFrame = Set | Stall | AskClock | Ping
CompanionFrame = Clock | Pong | Members | Delivered | Error


class RefusedFrameError(Exception):
    """A frame cannot be accepted; the text is one sentence."""


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
