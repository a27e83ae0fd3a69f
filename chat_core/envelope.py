"""What a fan-out carries: an encoded frame, and the data to decide whether a member gets it."""

from typing import Any, Final, Literal

import msgspec

from chat_core.codec import Encoded

Signal = Literal["", "catch_up", "signed_out"]


class Envelope(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A frame of `size` bytes for the members of a room, or a signal to the chats that serve them.

    `exclude` is a member that does not get the frame. `seq` is the seq of a message in the history.
    `version` is the roster's version of a `joined` or `left`. A signal has no frame. `catch_up`:
    deliver missing messages from the history. `signed_out`: the identity of these members has
    ended, because their session ended or because a guest's name was registered.
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
    """An envelope with this frame."""
    return Envelope(frame.data, frame.size, exclude, seq, version)


def pack(envelope: Envelope) -> bytes:
    """An envelope as bytes, for a broker."""
    return _encoder.encode(envelope)


def unpack(data: bytes) -> Envelope:
    """The envelope of these bytes, which `pack` made."""
    return Envelope(*_decoder.decode(data))
