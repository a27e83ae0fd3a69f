"""The experiment `connections`: what connections cost that say nothing, and how they come."""

from typing import Literal

import msgspec

from bench.envelope.observation import Observation

Identity = Literal["guest", "session"]


class IdleStep(msgspec.Struct, frozen=True):
    """Memory with this many connections, in KiB."""

    connections: int
    process_kib: float
    """Resident memory of the server processes."""
    kernel_kib: float
    """The kernel's slab and TCP buffers, of both ends of each connection, since the beginning."""


class Handshakes(msgspec.Struct, frozen=True, omit_defaults=True):
    """One crowd that came, each member as soon as one of the 50 places was free."""

    identity: Identity
    count: int
    seconds: float
    cpu_s: float
    """Of servers and engines."""
    process_left_kib: float
    """Resident memory of the server processes after all have left."""
    failures: dict[str, int] = {}
    longest_wait_s: float | None = None
    """The longest wait of a member that was there, for the answer to a ping. None in older runs."""


class Storm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A restart of the server under all connections, with members that come back at once."""

    how: Literal["killed", "asked to stop"]
    cut: int
    back: int
    seconds: float
    """From the first cut to the last welcome."""
    attempts: int
    cpu_s: float
    """Of the new process, from its start to the last welcome."""
    failures: dict[str, int] = {}


class ConnectionsEntry(Observation, frozen=True, kw_only=True, tag="connections"):
    """One arm."""

    idle: list[IdleStep]
    idle_seconds: float
    idle_cpu_s: float
    """CPU of servers and engines in `idle_seconds` with all connections, and nobody speaks."""
    empty_cpu_s: float
    """The same without connections."""
    handshakes: list[Handshakes]
    storms: list[Storm]
