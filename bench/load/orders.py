"""What a run asks of a generator that keeps several groups of members connected, and the answers.

Each order is one line of JSON on stdin, and each answer one line on stdout: `Answer` or `Refused`.
"""

import msgspec

from bench.envelope.observation import Counts, Cpu, GeneratorUse, Part, Percentiles
from bench.load.messages import Content


class Clocks(msgspec.Struct, frozen=True):
    """The processes of a stack, by role. `postgresql` is one whose children change."""

    servers: list[int]
    redis: list[int] = []
    nats: list[int] = []
    postgresql: int | None = None


class Open(msgspec.Struct, frozen=True, tag_field="order", tag="open"):
    """Connect a group: `users` members in rooms of `room`.

    In rooms of 1, each member is alone and receives its own messages.
    """

    group: str
    url: str
    users: int
    room: int
    clocks: Clocks


class Settle(msgspec.Struct, frozen=True, tag_field="order", tag="settle"):
    """Wait until no member of any group receives anything: `joined` comes long after a join."""


class TakeSlot(msgspec.Struct, frozen=True, tag_field="order", tag="slot"):
    """Send `messages` messages at random times in `seconds`, and wait until all have arrived."""

    group: str
    messages: int
    seconds: float
    content: Content | None = None
    """What each message carries; None: the text of `Begin`."""


class TakeWindow(msgspec.Struct, frozen=True, tag_field="order", tag="window"):
    """Send `rate` messages a second of the group for `seconds`, after `warmup_s` at this rate."""

    group: str
    rate: float
    seconds: float
    warmup_s: float


class CloseAll(msgspec.Struct, frozen=True, tag_field="order", tag="close"):
    """Disconnect all groups."""


class Begin(msgspec.Struct, frozen=True, tag_field="order", tag="begin"):
    """Begin again, with this seed for all random times, and `payload` bytes of text a message."""

    seed: int
    payload: int


Order = Begin | Open | Settle | TakeSlot | TakeWindow | CloseAll


class Turn(msgspec.Struct, frozen=True, tag_field="answer", tag="turn"):
    """What a slot or a window gave; see `bench.envelope.speed`."""

    members: int
    elapsed_s: float
    cpu: Cpu
    counts: Counts
    generator: GeneratorUse
    latency_us: Percentiles
    worst_us: list[int] = []
    middle_us: list[int] = []
    parts: list[Part] = []


class Done(msgspec.Struct, frozen=True, tag_field="answer", tag="done"):
    """The order was carried out."""


class Refused(msgspec.Struct, frozen=True, tag_field="answer", tag="refused"):
    """The order could not be carried out, and why."""

    reason: str


Answer = Turn | Done | Refused
