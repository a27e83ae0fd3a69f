"""Envelopes as text, for a broker that carries nothing else: a line of JSON, then the frame.

A text frame stays as it is, a binary one is in Base64.
"""

import base64

import msgspec

from chat_core.envelope import Envelope, Signal

_Header = tuple[bool, int, str, int | None, int, Signal]
"""Whether the frame is binary, then the envelope's other fields in their order."""

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
    """The envelope that `pack_text` made this text of."""
    header, _, text = packed.partition("\n")
    binary, *fields = _decoder.decode(header)
    return Envelope(base64.b64decode(text) if binary else text, *fields)
