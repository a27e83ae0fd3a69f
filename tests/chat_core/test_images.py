"""Images: any bytes are accepted or refused, and an accepted image goes out unchanged."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chat_core import protocol_limits
from chat_core.codec import RefusedFrameError
from chat_core.frames import Error, Image, ImageFile, SayImage
from chat_core.images import decode_image, encode_image, media_type

MAX_BYTES = 1000
PNG = b"\x89PNG\r\n\x1a\n"
FIRST_BYTES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF89a",
    "image/webp": b"RIFF\n\0\0\0WEBP",
}
characters = st.characters(exclude_categories=["Cs"])
identifiers = st.text(characters, min_size=1, max_size=protocol_limits.ID_CHARACTERS)
names = st.text(
    st.characters(exclude_categories=["Cs"], min_codepoint=protocol_limits.FIRST_PRINTABLE),
    max_size=40,
)


def _frame(header: bytes, picture: bytes) -> bytes:
    return len(header).to_bytes(4, "big") + header + picture


def _answer(frame: bytes, max_bytes: int = MAX_BYTES) -> SayImage | Error:
    try:
        return decode_image(frame, max_bytes)
    except RefusedFrameError as refused:
        return refused.error


@given(st.binary() | st.builds(_frame, st.binary(), st.binary()))
def test_any_bytes_are_accepted_or_refused(frame: bytes) -> None:
    answer = _answer(frame)
    assert isinstance(answer, SayImage) or answer.detail


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["image", "say"]) | st.integers(),
            "id": st.text() | st.integers(),
            "name": st.text() | st.none(),
            "mime": st.text() | st.none(),
        },
    )
)
def test_any_header_is_accepted_or_refused(fields: dict[str, object]) -> None:
    answer = _answer(_frame(json.dumps(fields).encode(), PNG))
    if isinstance(answer, SayImage):
        assert (fields["type"], fields["id"]) == ("image", answer.id)
    else:
        assert answer.code in ("bad_json", "unknown_type", "invalid_field")


@given(identifiers, names, st.sampled_from(sorted(FIRST_BYTES)), st.binary(max_size=50))
def test_an_image_goes_out_as_it_came(identifier: str, name: str, mime: str, rest: bytes) -> None:
    picture = FIRST_BYTES[mime] + rest
    header = json.dumps({"type": "image", "id": identifier, "name": name}).encode()
    said = decode_image(_frame(header, picture), MAX_BYTES)
    assert said == SayImage(identifier, ImageFile(mime, name, picture))
    encoded = encode_image(Image(1, said.id, "ann", mime, name, 2), said.image.data)
    assert isinstance(encoded.data, bytes)
    end = 4 + int.from_bytes(encoded.data[:4], "big")
    sent = json.loads(encoded.data[4:end])
    assert (sent["id"], sent["name"], encoded.data[end:]) == (identifier, name, picture)
    assert encoded.size == len(encoded.data)


@given(st.integers(-20, 20))
def test_an_image_is_too_large_only_past_the_limit(beyond: int) -> None:
    picture = PNG + bytes(MAX_BYTES + beyond - len(PNG))
    answer = _answer(_frame(b'{"type":"image","id":"1"}', picture))
    if beyond > 0:
        assert isinstance(answer, Error)
        assert (answer.code, answer.id) == ("too_large", "1")
        assert answer.detail == "an image takes at most 1000 bytes"
    else:
        assert isinstance(answer, SayImage)


@given(st.binary(max_size=20))
def test_the_first_bytes_decide_the_media_type(data: bytes) -> None:
    found = media_type(data)
    others = b"RIFF" + data[4:8] + b"WEBP"
    started = {mime for mime, first in FIRST_BYTES.items() if data.startswith(first)}
    started |= {"image/gif"} if data.startswith(b"GIF87a") else set()
    started |= {"image/webp"} if len(data) >= 12 and data.startswith(others) else set()
    assert started == ({found} if found else set())
    for mime, first in FIRST_BYTES.items():
        assert media_type(first + data) == mime
        assert media_type(first[:-1]) is None
