"""The vectors against the decoders, the encoders and the handshake; and the vectors themselves."""

from importlib.resources import files
from typing import Any

import msgspec
import pytest

from chat_core import codec, frames, images, vectors
from chat_core.handshake import RefusedHandshakeError, read_guest, read_handshake

Case = dict[str, Any]

NAMES = sorted(
    path.name.removesuffix(".json")
    for path in files(vectors).iterdir()
    if path.name.endswith(".json")
)
SERVER_FRAMES: dict[str, type[frames.ServerFrame]] = {
    "welcome": frames.Welcome,
    "joined": frames.Joined,
    "left": frames.Left,
    "message": frames.Message,
    "image": frames.ImageReference,
    "ack": frames.Ack,
    "unsaid": frames.Unsaid,
    "reactions": frames.Reactions,
    "gap": frames.Gap,
    "typing": frames.UserTyping,
    "pong": frames.Pong,
    "error": frames.Error,
}
MAX_BYTES = 8 * 1024**2


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["description"]) for case in vectors.load(name)]


@pytest.mark.parametrize("case", cases("accepted"))
def test_an_accepted_frame_is_decoded(case: Case) -> None:
    assert msgspec.to_builtins(codec.decode(case["sent"])) == case["frame"]
    assert codec.decode(case["sent"].encode()) == codec.decode(case["sent"])


@pytest.mark.parametrize("case", cases("refused"))
def test_a_refused_frame_is_answered_with_its_error(case: Case) -> None:
    with pytest.raises(codec.RefusedFrameError) as refused:
        codec.decode(case["sent"])
    assert_refused(refused.value, case)


@pytest.mark.parametrize("case", cases("invalid_utf8"))
def test_bytes_that_are_not_utf8_are_bad_json(case: Case) -> None:
    with pytest.raises(codec.RefusedFrameError) as refused:
        codec.decode(case["sent"])
    assert refused.value.error.code == "bad_json"


@pytest.mark.parametrize("case", cases("encodings"))
def test_a_server_frame_has_one_encoding(case: Case) -> None:
    frame = msgspec.convert(case["frame"], SERVER_FRAMES[case["frame"]["type"]])
    assert codec.encode(frame) == (case["text"], len(case["text"].encode()))


def test_every_server_frame_has_an_encoding() -> None:
    found = [*vectors.load("encodings"), *vectors.load("images_encodings")]
    assert {case["frame"]["type"] for case in found} == SERVER_FRAMES.keys()


@pytest.mark.parametrize("case", cases("images_accepted"))
def test_an_accepted_image_is_decoded(case: Case) -> None:
    said = images.decode_image(case["sent"], case.get("max_bytes", MAX_BYTES))
    picture = bytes.fromhex(case["image_hex"])
    expected = case["image"]
    assert said.id == expected["id"]
    assert said.image == frames.ImageFile(expected["mime"], expected["name"], picture)


@pytest.mark.parametrize("case", cases("images_refused"))
def test_a_refused_image_is_answered_with_its_error(case: Case) -> None:
    with pytest.raises(codec.RefusedFrameError) as refused:
        images.decode_image(case["sent"], case.get("max_bytes", MAX_BYTES))
    assert_refused(refused.value, case)


@pytest.mark.parametrize("case", cases("images_encodings"))
def test_an_image_has_one_encoding(case: Case) -> None:
    frame = msgspec.convert(case["frame"], frames.Image)
    encoded = images.encode_image(frame, bytes.fromhex(case["image_hex"]))
    assert encoded == (case["sent"], len(case["sent"]))


@pytest.mark.parametrize("case", cases("handshakes"))
def test_a_handshake_makes_a_user_or_is_closed(case: Case) -> None:
    if "close" not in case:
        assert read_handshake(case["room"], case.get("since")).room == case["room"]
        assert read_guest(case["name"]) == case["user"]
        return
    with pytest.raises(RefusedHandshakeError) as refused:
        (read_handshake(case["room"], case.get("since")), read_guest(case.get("name")))
    assert refused.value.code == case["close"]
    assert len(refused.value.reason.encode()) <= 123, "a close reason has room for 123 bytes"


@pytest.mark.parametrize("name", NAMES)
def test_vectors_are_described_once_each(name: str) -> None:
    described = [case["description"] for case in vectors.load(name)]
    assert described
    assert len(set(described)) == len(described)


def assert_refused(refused: codec.RefusedFrameError, case: Case) -> None:
    assert refused.error.code == case["error"]
    assert refused.error.id == case.get("id", msgspec.UNSET)
    assert refused.error.detail
