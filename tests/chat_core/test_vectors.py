"""The vectors against the decoder, the encoder and the handshake; and the vectors themselves."""

from typing import Any

import msgspec
import pytest

from chat_core import codec, frames, vectors
from chat_core.handshake import RefusedHandshakeError, read_handshake

Case = dict[str, Any]


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
    error = refused.value.error
    assert error.code == case["error"]
    assert error.id == case.get("id", msgspec.UNSET)
    assert error.detail


@pytest.mark.parametrize("case", cases("invalid_utf8"))
def test_bytes_that_are_not_utf8_are_bad_json(case: Case) -> None:
    with pytest.raises(codec.RefusedFrameError) as refused:
        codec.decode(case["sent"])
    assert refused.value.error.code == "bad_json"


@pytest.mark.parametrize("case", cases("encodings"))
def test_a_server_frame_has_one_encoding(case: Case) -> None:
    fields = dict(case["frame"])
    kinds = (
        {"typing": frames.UserTyping}
        | {
            kind.__name__.lower(): kind
            for kind in (frames.Welcome, frames.Joined, frames.Left, frames.Message, frames.Pong)
        }
        | {"error": frames.Error}
    )
    frame: Any = msgspec.convert(fields, kinds[fields["type"]])
    assert codec.encode(frame) == (case["text"], len(case["text"].encode()))


@pytest.mark.parametrize("case", cases("handshakes"))
def test_a_handshake_makes_a_user_or_is_closed(case: Case) -> None:
    asked = (case["room"], case.get("name"), case.get("since"))
    if "close" not in case:
        assert read_handshake(*asked).user == case["user"]
        return
    with pytest.raises(RefusedHandshakeError) as refused:
        read_handshake(*asked)
    assert refused.value.code == case["close"]
    assert len(refused.value.reason.encode()) <= 123, "a close reason has room for 123 bytes"


@pytest.mark.parametrize("name", ["accepted", "refused", "invalid_utf8", "encodings", "handshakes"])
def test_vectors_are_described_once_each(name: str) -> None:
    described = [case["description"] for case in vectors.load(name)]
    assert described
    assert len(set(described)) == len(described)
