"""An envelope survives a fan-out unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_core.codec import Encoded
from chat_core.envelope import CATCH_UP, SIGNED_OUT, Envelope, pack, unpack, wrap

texts = st.text(st.characters(exclude_categories=["Cs"]))
envelopes = st.builds(
    Envelope,
    data=texts | st.binary(),
    size=st.integers(0, 2**32),
    exclude=texts,
    seq=st.none() | st.integers(1, 2**53),
    version=st.integers(0, 2**53),
    signal=st.sampled_from(["", "catch_up", "signed_out"]),
)


@given(envelopes)
def test_an_envelope_survives_a_broker(envelope: Envelope) -> None:
    assert unpack(pack(envelope)) == envelope


@given(texts | st.binary(), st.integers(0, 2**53), st.none() | st.integers(1, 2**53))
def test_a_wrapped_frame_does_not_change(data: str | bytes, version: int, seq: int | None) -> None:
    frame = Encoded(data, 3)
    envelope = unpack(pack(wrap(frame, exclude="m", seq=seq, version=version)))
    assert (envelope.data, envelope.size) == frame
    assert (envelope.exclude, envelope.seq, envelope.version) == ("m", seq, version)
    assert envelope.signal == ""


@pytest.mark.parametrize("signal", [CATCH_UP, SIGNED_OUT])
def test_a_signal_is_small_and_carries_no_frame(signal: Envelope) -> None:
    assert signal.signal
    assert (signal.data, signal.size) == ("", 0)
    assert len(pack(signal)) < 30
    assert unpack(pack(signal)) == signal
