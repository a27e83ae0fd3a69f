"""The experiment `loss`: what came to whom, why the rest did not, and what was seen meanwhile."""

from typing import Final

import msgspec

from bench.envelope.observation import Observation

DROPPED: Final = "dropped"
"""The cause of a message that did not come over a connection that stayed open: only the server
knows why."""


class LossMember(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came to one member; messages are counted once, however often they came."""

    arrived: int
    repeated: int = 0
    reordered: int = 0
    missing: dict[str, int] = {}
    """Messages by the cause, `DROPPED` or words."""
    end: str | None = None
    """The close code and the reason, if the connection ended."""
    longest_wait_s: float = 0.0
    """From a message's send to its arrival."""


class LossCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case: `written` messages were handed to the sender's socket.

    `unread` and `unsent` are the longest queues of the kernel in bytes (`/proc/net/tcp`), by the
    end of a connection; `kernel` is by how much counters of `nstat` grew; `sockets` is what `ss`
    said of both ends of the reader's connection just before the reader read again.
    """

    case: str
    content: str
    size: int
    count: int
    reader: str
    written: int
    members: dict[str, LossMember]
    before_mib: float
    peak_mib: float
    longest_send_s: float
    """The longest time for which the sender's socket took nothing."""
    rate: float | None = None
    receive_buffer: int | None = None
    layer_dropped: dict[str, int] = {}
    layer_longest_queue: int = 0
    kernel: dict[str, int] = {}
    unread: dict[str, int] = {}
    unsent: dict[str, int] = {}
    redis_waiting: int = 0
    """Bytes that waited in Redis for the server."""
    sockets: list[str] = []
    log: list[str] = []
    """The last lines that the server wrote until then, each once."""


class LossEntry(Observation, frozen=True, kw_only=True, tag="loss"):
    """One arm through all cases."""

    cases: list[LossCase]
