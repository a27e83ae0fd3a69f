"""What the generator says and what it understands of what it hears."""

import msgspec

_SENTENCE = "The quick brown fox jumps over the lazy dog while the band plays on. "


class Heard(msgspec.Struct):
    """As much of any server frame as the generator looks at."""

    type: str
    id: str = ""
    code: str = ""


heard = msgspec.json.Decoder(Heard).decode
"""Decode a server's text frame; raises msgspec.DecodeError."""


def text_of(size: int) -> bytes:
    """A text of so many bytes, as it stands in JSON."""
    return (_SENTENCE * (size // len(_SENTENCE) + 1))[:size].encode()


def prefix_of(run: str, room: str) -> str:
    """How the ids of all messages that a run sends to a room begin."""
    return f"{run}.{room}."


def id_of(prefix: str, slot: int, number: int, intended_ns: int) -> str:
    """A message's id: who says it, the how many-th it is, and when it was due."""
    return f"{prefix}{slot}.{number}.{intended_ns}"


def read_id(prefix: str, identifier: str) -> tuple[int, int, int] | None:
    """The (slot, number, intended ns) of an id of this run and room, or None."""
    if not identifier.startswith(prefix):
        return None
    try:
        slot, number, intended_ns = map(int, identifier[len(prefix) :].split("."))
    except ValueError:
        return None
    return slot, number, intended_ns


def say(identifier: str, text: bytes) -> bytes:
    """A say frame's payload; neither argument holds anything that JSON escapes."""
    return b'{"type":"say","id":"%b","text":"%b"}' % (identifier.encode(), text)
