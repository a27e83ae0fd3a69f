"""The frames of `chat.v1` as frozen structs.

Field order is wire order, so that every backend's encoding of a frame is the same bytes.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from chat_core import protocol_limits
from chat_core.parameters import Seq

SUBPROTOCOL = "chat.v1"

ErrorCode = Literal[
    "bad_json",
    "not_an_object",
    "unknown_type",
    "invalid_field",
    "too_long",
    "rate_limited",
    "unsupported_media",
    "too_large",
    "unavailable",
]

Id = Annotated[str, Meta(min_length=1, max_length=protocol_limits.ID_CHARACTERS)]
Text = Annotated[str, Meta(min_length=1, max_length=protocol_limits.TEXT_CODE_POINTS)]
FileName = Annotated[str, Meta(max_length=protocol_limits.FILE_NAME_CODE_POINTS)]


class Frame(Struct, frozen=True, tag_field="type", tag=str.lower):
    """Base of all text frames: `type` is the class name in lower case."""


# Client to server.


class Say(Frame, frozen=True):
    """A message for the room; `id` is the client's and comes back."""

    id: Id
    text: Text


class Typing(Frame, frozen=True):
    """The client is typing."""


class Ping(Frame, frozen=True):
    """Answered with `Pong`, to this client alone."""

    id: Id


class Unsay(Frame, frozen=True):
    """Take back a message of one's own. `id` is the client's, and comes back in an error."""

    seq: Seq
    id: Id | UnsetType = UNSET


class React(Frame, frozen=True):
    """Put an emoji to a message, or take it away. `id` is the client's, and comes back in an error.

    `emoji` is one of `limits.reactions`; `on` is false to take it away.
    """

    seq: Seq
    emoji: protocol_limits.Emoji
    on: bool
    id: Id | UnsetType = UNSET


ClientFrame = Say | Typing | Ping | Unsay | React


class ImageHeader(Struct, frozen=True):
    """The header of a binary frame; its `mime` is not believed."""

    type: Literal["image"]  # a field: the tag of a struct that is alone may be left out
    id: Id
    mime: FileName = ""
    name: FileName = ""


class ImageFile(Struct, frozen=True):
    """The bytes of an image, with what it is by its first bytes, and the name of its file."""

    mime: str
    name: str
    data: bytes


class SayImage(Struct, frozen=True):
    """An image for the room; `id` is the client's and comes back."""

    id: str
    image: ImageFile


# Server to client.


class ServerInfo(Struct, frozen=True, omit_defaults=True):
    """The server of this connection; `replica` is its name among its like, if it has one."""

    framework: str
    server: str
    fanout: str
    history: str
    version: str
    pid: int
    replica: str = ""


class WelcomeLimits(Struct, frozen=True):
    """`text` in code points, `image` in bytes, `presence` in members; `reactions`: the emojis."""

    text: int
    image: int
    presence: int
    reactions: tuple[str, ...] = protocol_limits.REACTIONS


class Welcome(Frame, frozen=True):
    """Always the first frame. `seq` is the room's newest, null with history off."""

    user: str
    room: str
    server: ServerInfo
    limits: WelcomeLimits
    seq: int | None
    count: int
    members: list[str]


class Joined(Frame, frozen=True):
    """Somebody came; `count` members are there now."""

    user: str
    count: int


class Left(Frame, frozen=True):
    """Somebody went; `count` members are there now."""

    user: str
    count: int


class Message(Frame, frozen=True, omit_defaults=True):
    """What a member said; `at` in ms since the epoch, when the server took it.

    In the history, `unsaid` is true and `text` is empty if it was taken back, an image too; and
    `reactions` has the count of each emoji, if there is any.
    """

    seq: int | None
    id: str
    user: str
    text: str
    at: int
    unsaid: bool = False
    reactions: dict[str, int] = field(default_factory=dict)


class Image(Frame, frozen=True):
    """The header of an image that a member sent; its bytes follow it in its binary frame."""

    seq: int | None
    id: str
    user: str
    mime: str
    name: str
    at: int


class ImageReference(Frame, frozen=True, tag="image", omit_defaults=True):
    """An image in a replay, as a text frame; HTTP has its `size` bytes at the path `url`.

    `reactions` as of a message.
    """

    seq: int
    id: str
    user: str
    mime: str
    name: str
    at: int
    size: int
    url: str
    reactions: dict[str, int] = field(default_factory=dict)


class Ack(Frame, frozen=True):
    """To the sender alone: the message is committed, and is not lost any more."""

    id: str
    seq: int


class Unsaid(Frame, frozen=True):
    """The author has taken back the message with this `seq`; nobody shows it any more."""

    seq: int
    user: str


class Reactions(Frame, frozen=True):
    """The reactions to a message after `user` has put `emoji` to it, or taken it away.

    `counts` has all emojis of the message with their counts, without those that nobody has put.
    """

    seq: int
    counts: dict[str, int]
    user: str
    emoji: str
    on: bool


class Gap(Frame, frozen=True):
    """A replay that is not whole: what is missing lies between these, and HTTP has it."""

    after: int
    before: int


class UserTyping(Frame, frozen=True, tag="typing"):
    """Another member is typing."""

    user: str


class Pong(Frame, frozen=True):
    """The answer to `Ping`."""

    id: str


class Error(Frame, frozen=True):
    """A frame was refused; the connection lives on. `id` is the refused frame's, if it had one."""

    code: ErrorCode
    detail: str
    id: str | UnsetType = UNSET


ServerFrame = (
    Welcome
    | Joined
    | Left
    | Message
    | Image
    | ImageReference
    | Ack
    | Unsaid
    | Reactions
    | Gap
    | UserTyping
    | Pong
    | Error
)
