"""The codec against any input."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chat_core import protocol_limits
from chat_core.codec import RefusedFrameError, decode, encode
from chat_core.frames import Error, Frame, Message, Ping, Pong, Say, Typing

anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["say", "typing", "ping", "message", ""]) | anything,
        "id": anything,
        "text": anything,
    },
)
identifiers = st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=protocol_limits.ID_CHARACTERS
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


def _assert_taken_or_refused(sent: str | bytes) -> None:
    answer = _answer(sent)
    assert isinstance(answer, Say | Typing | Ping | Error)
    if isinstance(answer, Error):
        assert answer.detail
        assert json.loads(encode(answer).data)["code"] == answer.code


def _answer(sent: str | bytes) -> Frame:
    try:
        return decode(sent)
    except RefusedFrameError as refused:
        return refused.error


@given(st.text() | st.binary())
def test_any_frame_is_accepted_or_refused(sent: str | bytes) -> None:
    _assert_taken_or_refused(sent)


@given(fields)
def test_any_object_is_accepted_or_refused(frame: dict[str, Any]) -> None:
    _assert_taken_or_refused(json.dumps(frame))


@given(identifiers, texts)
def test_a_message_goes_out_as_it_came(identifier: str, text: str) -> None:
    said = decode(json.dumps({"type": "say", "id": identifier, "text": text}))
    assert isinstance(said, Say)
    encoded = encode(Message(None, said.id, "ann", said.text, 1))
    assert isinstance(encoded.data, str)
    received = json.loads(encoded.data)
    assert (received["id"], received["text"]) == (identifier, text)
    assert encoded.size == len(encoded.data.encode())


@given(identifiers)
def test_a_pong_carries_the_id_of_its_ping(identifier: str) -> None:
    ping = decode(json.dumps({"type": "ping", "id": identifier}, ensure_ascii=False))
    assert isinstance(ping, Ping)
    assert json.loads(encode(Pong(ping.id)).data) == {"type": "pong", "id": identifier}
