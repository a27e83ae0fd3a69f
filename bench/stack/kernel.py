"""What Linux knows of TCP: counters of the whole system, and the queues of each connection."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COUNTERS: Final = (
    "PruneCalled",
    "RcvPruned",
    "OfoPruned",
    "TCPRcvQDrop",
    "TCPRcvCollapsed",
    "TCPBacklogDrop",
    "TCPZeroWindowDrop",
    "TCPFromZeroWindowAdv",
    "TCPToZeroWindowAdv",
    "TCPWantZeroWindowAdv",
    "TCPAbortOnMemory",
    "TCPMemoryPressures",
    "RetransSegs",
    "InErrs",
)
"""Those of `nstat` that tell of full buffers, of what is thrown away and of what is sent again."""

_TABLES: Final = ("/proc/net/netstat", "/proc/net/snmp")
_CONNECTIONS: Final = "/proc/net/tcp"


@dataclass(frozen=True, slots=True)
class Connection:
    """One end of a TCP connection over IPv4, and the bytes in its queues."""

    port: int
    """Of this end."""
    peer: int
    """The port of the other end."""
    unsent: int
    """Bytes that the other end has not acknowledged."""
    unread: int
    """Bytes that have arrived, and that the program has not read."""


def counters(tables: Iterable[str] = _TABLES) -> dict[str, int]:
    """`COUNTERS` since the system's start, of this network namespace; empty where there are none.

    Source: /proc/net/netstat and /proc/net/snmp, as `nstat` reads them.
    """
    found: dict[str, int] = {}
    for table in tables:
        lines = _lines(table)
        for names, values in zip(lines, lines, strict=False):
            found |= zip(names.split()[1:], map(int, values.split()[1:]), strict=False)
    return {name: found[name] for name in COUNTERS if name in found}


def connections(table: str = _CONNECTIONS) -> list[Connection]:
    """Both ends of all established connections on this machine; empty where there is no /proc."""
    return [_connection(fields) for fields in map(str.split, _lines(table)) if fields[3] == "01"]


def socket_details(port: int, peer: int) -> list[str]:
    """What `ss -tinm` says of both ends of a connection; empty without `ss`."""
    program = shutil.which("ss")
    if program is None:
        return []
    found = []
    for one, other in ((port, peer), (peer, port)):
        asked = [program, "-tinmOH", f"sport = :{one} and dport = :{other}"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)
        found.append(" ".join(said.stdout.split()))
    return found


def memory_bytes() -> int:
    """What the kernel uses for its own objects and for the data of TCP connections; 0 if unknown.

    Source: `Slab` of /proc/meminfo, and the pages of `TCP: … mem` in /proc/net/sockstat. Both are
    of the whole system, so that a difference counts both ends of a local connection.
    """
    slab = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("Slab:")]
    tcp = [line.split()[-1] for line in _lines("/proc/net/sockstat") if line.startswith("TCP:")]
    pages = sum(map(int, tcp)) * os.sysconf("SC_PAGE_SIZE")
    return sum(map(int, slab)) * 1024 + pages


def _lines(path: str) -> Iterator[str]:
    try:
        return iter(Path(path).read_text("ascii").splitlines())
    except OSError:
        return iter(())


def _connection(fields: list[str]) -> Connection:
    unsent, unread = fields[4].split(":")
    return Connection(
        _port(fields[1]), _port(fields[2]), int(unsent, base=16), int(unread, base=16)
    )


def _port(address: str) -> int:
    return int(address.partition(":")[2], base=16)
