"""What a run asks of a crowd of silent members, and the answers: one line of JSON each."""

import msgspec


class Enter(msgspec.Struct, frozen=True, tag_field="order", tag="enter"):
    """Have `count` more members connect, at most `at_once` handshakes at a time.

    Each is alone in a room, as a guest; with `cookie`, a Cookie header, as that user.
    """

    url: str
    count: int
    at_once: int
    cookie: str = ""


class Leave(msgspec.Struct, frozen=True, tag_field="order", tag="leave"):
    """Have all members leave, and wait until their connections have ended."""


class Expect(msgspec.Struct, frozen=True, tag_field="order", tag="expect"):
    """From now on, members that are cut come back, until `Gather` says how long it took."""


class Gather(msgspec.Struct, frozen=True, tag_field="order", tag="gather"):
    """Wait until all members are back, at most `seconds`."""

    seconds: float


Order = Enter | Leave | Expect | Gather


class Entered(msgspec.Struct, frozen=True, tag_field="answer", tag="entered"):
    """How many members are connected, how long it took, and why the others are not.

    After `Gather`: `seconds` are from the first cut to the last welcome.
    """

    connected: int
    seconds: float
    failures: dict[str, int] = {}
    cut: int = 0
    """How many members were cut since `Expect`."""
    attempts: int = 0
    """Handshakes that were begun since then."""


class Gone(msgspec.Struct, frozen=True, tag_field="answer", tag="gone"):
    """All members have left."""


class CannotRead(msgspec.Struct, frozen=True, tag_field="answer", tag="cannot_read"):
    """The order could not be read, and why."""

    reason: str


Answer = Entered | Gone | CannotRead
