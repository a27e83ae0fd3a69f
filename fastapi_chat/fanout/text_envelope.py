"""Envelopes as text, for a broker that carries only text: a line of JSON, then the frame.

A text frame stays as it is; a binary frame is in Base64.
"""

import base64

import msgspec

from chat_core.envelope import Envelope, Signal

_Header = tuple[bool, int, str, int | None, int, Signal]
"""The line of JSON: whether the frame is binary, then the envelope's other fields, in order."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Header)


def pack_text(envelope: Envelope) -> str:
    """An envelope as text."""
    data = envelope.data
    binary = isinstance(data, bytes)
    header = (
        binary,
        envelope.size,
        envelope.exclude,
        envelope.seq,
        envelope.version,
        envelope.signal,
    )
    text = base64.b64encode(data).decode("ascii") if isinstance(data, bytes) else data
    return f"{_encoder.encode(header).decode()}\n{text}"


def unpack_text(packed: str) -> Envelope:
    """The envelope of this text, which `pack_text` made."""
    header, _, text = packed.partition("\n")
    binary, *fields = _decoder.decode(header)
    return Envelope(base64.b64decode(text) if binary else text, *fields)
