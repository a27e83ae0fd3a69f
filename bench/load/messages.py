"""The frames that the generator sends, and the fields that it reads of received frames."""

import msgspec

_SENTENCE = "The quick brown fox jumps over the lazy dog while the band plays on. "


class Heard(msgspec.Struct):
    """The fields of a server frame that the generator reads."""

    type: str
    id: str = ""
    code: str = ""


heard = msgspec.json.Decoder(Heard).decode
"""Decodes a server's text frame; raises msgspec.DecodeError."""


def text_of(size: int) -> bytes:
    """A text of `size` bytes that needs no escapes in JSON."""
    return (_SENTENCE * (size // len(_SENTENCE) + 1))[:size].encode()


def prefix_of(run: str, room: str) -> str:
    """The prefix of the ids of all messages from a run to a room."""
    return f"{run}.{room}."


def id_of(prefix: str, slot: int, number: int, intended_ns: int) -> str:
    """The id of a message: prefix, slot of the sender, number, and due time in ns."""
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
    """The payload of a `say` frame; the arguments must need no escapes in JSON."""
    return b'{"type":"say","id":"%b","text":"%b"}' % (identifier.encode(), text)
