"""What a fan-out carries: a frame, encoded once, and what a member must know to take it or not."""

from typing import Any, Final, Literal

import msgspec

from chat_core.codec import Encoded

Signal = Literal["", "catch_up", "signed_out"]


class Envelope(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A frame of `size` bytes for the members of a room, or a signal to the chat that serves them.

    `exclude` is the member to leave out; `seq` that of a message in the history; `version` that of
    the roster that a joined or left tells of. Signals carry no frame: `catch_up`, deliver from the
    history what a member has not had; `signed_out`, the identity of these members has ended: their
    session has, or somebody has registered their guest's name.
    """

    data: str | bytes = ""
    size: int = 0
    exclude: str = ""
    seq: int | None = None
    version: int = 0
    signal: Signal = ""


CATCH_UP: Final = Envelope(signal="catch_up")
SIGNED_OUT: Final = Envelope(signal="signed_out")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Any])  # MessagePack tells text from bytes, types cannot


def wrap(
    frame: Encoded, *, exclude: str = "", seq: int | None = None, version: int = 0
) -> Envelope:
    """A frame in its envelope."""
    return Envelope(frame.data, frame.size, exclude, seq, version)


def pack(envelope: Envelope) -> bytes:
    """An envelope as bytes, for a broker."""
    return _encoder.encode(envelope)


def unpack(data: bytes) -> Envelope:
    """The envelope that `pack` made these bytes of."""
    return Envelope(*_decoder.decode(data))
