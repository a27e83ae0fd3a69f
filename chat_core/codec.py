"""Client frames from the wire, server frames to the wire: one decoder, one encoder."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from chat_core import protocol_limits
from chat_core.frames import (
    ClientFrame,
    Error,
    ErrorCode,
    Ping,
    React,
    Say,
    ServerFrame,
    Typing,
    Unsay,
)

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(
    Say | Typing | Ping | Unsay | React
)
_json = msgspec.json.Decoder(msgspec.Raw)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_string = msgspec.json.Decoder(str)
_encoder = msgspec.json.Encoder()

_TYPES = ("say", "typing", "ping", "unsay", "react")
_DETAILS: dict[ErrorCode, str] = {
    "bad_json": "a text frame takes one JSON object in UTF-8",
    "not_an_object": "a text frame takes one JSON object",
    "unknown_type": f"type takes one of {', '.join(_TYPES)}",
    "invalid_field": (
        f"id takes a string of 1 to {protocol_limits.ID_CHARACTERS} characters, "
        f"text one of 1 to {protocol_limits.TEXT_CODE_POINTS} code points, seq an integer from 1, "
        "emoji one of limits.reactions, on true or false"
    ),
    "too_long": f"text takes at most {protocol_limits.TEXT_CODE_POINTS} code points",
    "unsupported_media": (
        "a binary frame takes a PNG, JPEG, WebP or GIF: 4 bytes of length, a JSON header, the image"
    ),
    "rate_limited": "too many messages or bytes: this one was not sent",
    "unavailable": "it is not certain that the message was kept: say it again with the same id",
}


class Encoded(NamedTuple):
    """A frame as it goes out: text or bytes, and its size in bytes (of UTF-8)."""

    data: str | bytes
    size: int


class RefusedFrameError(Exception):
    """A client frame is refused; `error` is the answer."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.detail)
        self.error = error


def decode(frame: str | bytes) -> ClientFrame:
    """Decode a client's text frame, given as text or as the bytes of its UTF-8.

    Raises RefusedFrameError with the error frame to answer.
    """
    try:
        return _decoder.decode(frame if isinstance(frame, str) else frame.decode())
    except (msgspec.DecodeError, UnicodeError, RecursionError) as exc:
        raise _refusal(frame) from exc


def encode(frame: ServerFrame) -> Encoded:
    """Encode a server frame; all receivers share the result."""
    data = _encoder.encode(frame)
    return Encoded(data.decode(), len(data))


def encode_json(frame: ServerFrame) -> bytes:
    """The bytes of a frame's JSON."""
    return _encoder.encode(frame)


def refused(
    code: ErrorCode, identifier: str | UnsetType | None = None, detail: str | None = None
) -> RefusedFrameError:
    """The refusal of a frame; without a detail, with the usual detail of its code."""
    said = _DETAILS[code] if detail is None else detail
    return RefusedFrameError(Error(code, said, UNSET if identifier is None else identifier))


def _refusal(frame: str | bytes) -> RefusedFrameError:
    """Find what is wrong with a frame that the decoder refused."""
    try:
        value = _json.decode(frame if isinstance(frame, str) else frame.decode())
        fields = _object.decode(value)
    except msgspec.ValidationError:
        return refused("not_an_object")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return refused("bad_json")
    identifier = id_of(fields)
    if text_in(fields, "type") not in _TYPES:
        return refused("unknown_type", identifier)
    text = text_in(fields, "text")
    if text is not None and len(text) > protocol_limits.TEXT_CODE_POINTS:
        return refused("too_long", identifier)
    return refused("invalid_field", identifier)


def id_of(fields: dict[str, msgspec.Raw]) -> str | None:
    """The id among the fields of a refused frame, if there is one that may be sent back."""
    identifier = text_in(fields, "id")
    if identifier is None or not 1 <= len(identifier) <= protocol_limits.ID_CHARACTERS:
        return None
    return identifier


def text_in(fields: dict[str, msgspec.Raw], name: str) -> str | None:
    """The string with this name among the fields, or None."""
    if name not in fields:
        return None
    try:
        return _string.decode(fields[name])
    except (msgspec.DecodeError, UnicodeError):
        return None
