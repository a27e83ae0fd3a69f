"""What a run of `connections` says: memory, idling and handshakes."""

from collections.abc import Callable, Iterator
from typing import Final

from bench.analysis import connections
from bench.envelope.connections import ConnectionsEntry, Identity
from bench.envelope.run import Run
from bench.report.explorer.tables import Metric, Row, Table, plain, ranged

_GROUP, _BY, _CROWDS = "Connections", "State", "crowds"
_RANGE: Final = "the least and the most of the crowds"


def _metric(
    name: str, title: str, unit: str, heading: str, counts: str = "connections", spread: str = ""
) -> Metric:
    return Metric(
        id=name,
        group=_GROUP,
        title=title,
        unit=unit,
        better="less",
        by=_BY,
        counts=counts,
        page=f"scaling.md#{heading}",
        range=spread,
    )


_MEMORY_PAGE, _COMING_PAGE = (
    "how-much-memory-does-a-connection-take",
    "how-fast-do-connections-come",
)
PROCESS: Final = _metric("memory", "Server memory of a connection", "KiB", _MEMORY_PAGE)
KERNEL: Final = _metric(
    "memory-kernel", "Kernel memory of a connection, both ends", "KiB", _MEMORY_PAGE
)
IDLE: Final = _metric(
    "idle-connections",
    "CPU of 1 000 silent connections in an hour",
    "s",
    "what-does-a-connection-cost-that-says-nothing",
)
KEPT: Final = _metric(
    "memory-kept", "Memory kept after a connection has gone", "KiB", "does-the-memory-come-back"
)
HANDSHAKE: Final = _metric("handshake", "CPU of a handshake", "ms", _COMING_PAGE, _CROWDS, _RANGE)
METRICS: Final = (PROCESS, KERNEL, IDLE, KEPT, HANDSHAKE)

_OF_CONNECTIONS: Final[tuple[tuple[Metric, Callable[[ConnectionsEntry], float | None]], ...]] = (
    (PROCESS, connections.process_kib),
    (KERNEL, connections.kernel_kib),
    (IDLE, connections.idle_cpu_s),
    (KEPT, connections.kept_kib),
)
_IDENTITIES: Final[dict[Identity, str]] = {"guest": "guests", "session": "members with a session"}


def tables(run: Run) -> Iterator[Table]:
    """A table for each figure; none without entries."""
    entries = [each for each in run.observations if isinstance(each, ConnectionsEntry)]
    for metric, of in _OF_CONNECTIONS:
        rows = [
            plain(entry.arm, value, connections.connections(entry))
            for entry in entries
            if (value := of(entry)) is not None
        ]
        if rows:
            yield Table(metric=metric.id, at="idle", label="nobody writes", rows=rows)
    for identity, label in _IDENTITIES.items():
        rows = [each for entry in entries if (each := _handshake(entry, identity)) is not None]
        if rows:
            yield Table(metric=HANDSHAKE.id, at=identity, label=label, rows=rows)


def _handshake(entry: ConnectionsEntry, identity: Identity) -> Row | None:
    found = connections.coming(entry, identity)
    if found is None:
        return None
    note = f"{found.failed} handshakes failed" if found.failed else ""
    return ranged(entry.arm, found.cpu_ms, found.least_ms, found.most_ms, found.crowds, note)
