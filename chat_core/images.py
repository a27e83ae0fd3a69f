"""Images as binary frames: 4 bytes of length (big-endian), a JSON header, the image."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from chat_core import protocol_limits
from chat_core.codec import Encoded, RefusedFrameError, encode_json, id_of, refused, text_in
from chat_core.frames import Image, ImageFile, ImageHeader, SayImage

_LENGTH_BYTES: Final = 4
_decoder: msgspec.json.Decoder[ImageHeader] = msgspec.json.Decoder(ImageHeader)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_raw = msgspec.json.Decoder(msgspec.Raw)

_FIRST_BYTES: Final[Sequence[tuple[re.Pattern[bytes], str]]] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n", re.DOTALL), "image/png"),
    (re.compile(rb"\xff\xd8\xff", re.DOTALL), "image/jpeg"),
    (re.compile(rb"GIF8[79]a", re.DOTALL), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)


def media_type(image: bytes | memoryview) -> str | None:
    """The media type of an image by its first bytes; None if it is not accepted."""
    for pattern, mime in _FIRST_BYTES:
        if pattern.match(image):
            return mime
    return None


def decode_image(frame: bytes, max_bytes: int) -> SayImage:
    """Decode a client's binary frame; the image may have `max_bytes`.

    Raises RefusedFrameError with the error frame to answer.
    """
    length = int.from_bytes(frame[:_LENGTH_BYTES], "big")
    start = _LENGTH_BYTES + length
    if len(frame) < _LENGTH_BYTES or start > len(frame):
        raise refused("unsupported_media")
    header = _header(frame[_LENGTH_BYTES:start])
    image = frame[start:]
    if len(image) > max_bytes:
        raise refused("too_large", header.id, f"an image takes at most {max_bytes} bytes")
    mime = media_type(image)
    if mime is None:
        raise refused("unsupported_media", header.id)
    return SayImage(header.id, ImageFile(mime, header.name, image))


def encode_image(frame: Image, data: bytes) -> Encoded:
    """Encode an image frame; all receivers share the result."""
    header = encode_json(frame)
    encoded = b"".join((len(header).to_bytes(_LENGTH_BYTES, "big"), header, data))
    return Encoded(encoded, len(encoded))


def _header(data: bytes) -> ImageHeader:
    try:
        header = _decoder.decode(data.decode())
    except (msgspec.DecodeError, UnicodeError, RecursionError) as exc:
        raise _refusal(data) from exc
    if any(ord(character) < protocol_limits.FIRST_PRINTABLE for character in header.name):
        raise refused("invalid_field", header.id, "name takes no control characters")
    return header


def _refusal(data: bytes) -> RefusedFrameError:
    """Find what is wrong with a header that the decoder refused."""
    try:
        fields = _object.decode(_raw.decode(data.decode()))
    except msgspec.ValidationError:
        return refused("not_an_object", None, "an image's header takes one JSON object")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return refused("bad_json", None, "an image's header takes one JSON object in UTF-8")
    identifier = id_of(fields)
    if text_in(fields, "type") != "image":
        return refused("unknown_type", identifier, "type of a binary frame takes image")
    return refused(
        "invalid_field",
        identifier,
        f"id takes a string of 1 to {protocol_limits.ID_CHARACTERS} characters, "
        f"mime and name one of at most {protocol_limits.FILE_NAME_CODE_POINTS} code points",
    )
