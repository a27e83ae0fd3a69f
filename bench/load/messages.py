"""The frames that the generator sends, and the fields that it reads of received frames."""

import struct
from collections.abc import Callable
from typing import Literal

import msgspec
from picows import WSMsgType

_SENTENCE = "The quick brown fox jumps over the lazy dog while the band plays on. "


_PNG = b"\x89PNG\r\n\x1a\n"
_LENGTH = struct.Struct(">I")


class Content(msgspec.Struct, frozen=True):
    """What every message carries: a text of `size` bytes, or a picture of `size` bytes."""

    kind: Literal["text", "image"] = "text"
    size: int = 120


Encode = Callable[[str], tuple[WSMsgType, bytes]]
"""Makes the frame of a message from its id."""


class Heard(msgspec.Struct):
    """The fields of a server frame that the generator reads."""

    type: str
    id: str = ""
    code: str = ""


heard = msgspec.json.Decoder(Heard).decode
"""Decodes a server's text frame; raises msgspec.DecodeError."""


def text_of(size: int) -> bytes:
    """A text of `size` bytes that needs no escapes in JSON."""
    return (_SENTENCE * (size // len(_SENTENCE) + 1))[:size].encode()


def prefix_of(run: str, room: str) -> str:
    """The prefix of the ids of all messages from a run to a room."""
    return f"{run}.{room}."


def id_of(prefix: str, slot: int, number: int, intended_ns: int) -> str:
    """The id of a message: prefix, slot of the sender, number, and due time in ns."""
    return f"{prefix}{slot}.{number}.{intended_ns}"


def read_id(prefix: str, identifier: str) -> tuple[int, int, int] | None:
    """The (slot, number, intended ns) of an id of this run and room, or None."""
    if not identifier.startswith(prefix):
        return None
    try:
        slot, number, intended_ns = map(int, identifier[len(prefix) :].split("."))
    except ValueError:
        return None
    return slot, number, intended_ns


def encoder(content: Content) -> Encode:
    """Makes the frames of messages with this content."""
    if content.kind == "text":
        text = text_of(content.size)
        return lambda identifier: (WSMsgType.TEXT, say(identifier, text))
    picture = _PNG + bytes(max(0, content.size - len(_PNG)))
    return lambda identifier: (WSMsgType.BINARY, image(identifier, picture))


def image(identifier: str, picture: bytes) -> bytes:
    """The payload of a frame with a picture; the id must need no escapes in JSON."""
    header = b'{"type":"image","id":"%b","mime":"image/png","name":"p.png"}' % identifier.encode()
    return _LENGTH.pack(len(header)) + header + picture


def header_of(payload: bytes) -> bytes:
    """The header of a frame with a picture, which is JSON; empty if there is none."""
    if len(payload) < _LENGTH.size:
        return b""
    (length,) = _LENGTH.unpack_from(payload)
    return payload[_LENGTH.size : _LENGTH.size + length]


def say(identifier: str, text: bytes) -> bytes:
    """The payload of a `say` frame; the arguments must need no escapes in JSON."""
    return b'{"type":"say","id":"%b","text":"%b"}' % (identifier.encode(), text)
