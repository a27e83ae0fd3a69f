"""The cases: what is sent, how fast, and how one member of the room reads."""

from dataclasses import dataclass
from typing import Final, Literal

KIB: Final = 1024
MIB: Final = 1024**2
STOP_S: Final = 3.0
"""A reader that stops reads nothing for so long from the first message on, and then everything."""
SLOW_RATE: Final = 10.0
"""Frames a second of a slow reader."""

Kind = Literal["text", "image"]
Reader = Literal["reads", "slow", "stops"]


@dataclass(frozen=True, slots=True)
class Case:
    """One sender, one member that always reads, and one `reader`, in one room."""

    name: str
    kind: Kind
    size: int
    """Bytes of a text, or of a picture."""
    count: int
    rate: float | None = None
    """Messages a second; None: as fast as the sender's socket takes them."""
    reader: Reader = "reads"
    receive_buffer: int | None = None
    """SO_RCVBUF of the server's sockets in bytes; None: the system's default."""
    stop_s: float | None = None
    """How long a reader stops; None: `STOP_S`."""


CASES: Final = (
    Case("photos", "image", 100 * KIB, 200, 100.0),
    Case("large photos", "image", MIB, 48, 12.0),
    Case("the largest photos", "image", 8 * MIB, 4, 1.5),
    Case("a photo past the chat's limit", "image", 8 * MIB + 1, 1),
    Case("a frame past the server's limit", "image", 24 * MIB, 1),
    Case("photos as fast as taken", "image", 100 * KIB, 400),
    Case("the same, small receive buffer", "image", 100 * KIB, 400, receive_buffer=4 * KIB),
    Case("the same, large receive buffer", "image", 100 * KIB, 400, receive_buffer=4 * MIB),
    Case("photos, slow reader", "image", 100 * KIB, 60, 20.0, "slow"),
    Case("photos, reader stops", "image", 100 * KIB, 200, 50.0, "stops"),
    Case("large photos, reader stops", "image", MIB, 36, 12.0, "stops"),
    Case("few texts, reader stops", "text", 1000, 90, None, "stops"),
    Case("many texts, reader stops", "text", 4000, 5000, None, "stops"),
)
