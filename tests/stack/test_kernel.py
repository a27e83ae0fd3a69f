"""What Linux counts of TCP, and the queues of a connection."""

import socket
import sys
import time
from pathlib import Path

import pytest

from bench.stack import kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads Linux's tables")

_NETSTAT = """\
TcpExt: SyncookiesSent PruneCalled TCPToZeroWindowAdv
TcpExt: 0 7 12
IpExt: InNoRoutes InTruncatedPkts
IpExt: 1 2
"""


def test_counters_are_read_by_their_names(tmp_path: Path) -> None:
    table = tmp_path / "netstat"
    table.write_text(_NETSTAT)
    assert kernel.counters([str(table)]) == {"PruneCalled": 7, "TCPToZeroWindowAdv": 12}


def test_the_system_has_counters_of_full_buffers() -> None:
    assert {"TCPToZeroWindowAdv", "RetransSegs"} <= kernel.counters().keys()


def test_a_system_without_tables_has_no_counters(tmp_path: Path) -> None:
    assert kernel.counters([str(tmp_path / "nothing")]) == {}
    assert kernel.connections(str(tmp_path / "nothing")) == []


def test_unread_bytes_are_in_the_queue_of_their_reader() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as writer,
        server.accept()[0] as reader,
    ):
        port, peer = reader.getsockname()[1], writer.getsockname()[1]
        writer.sendall(b"x" * 1000)
        # The loopback brings it at once, or soon.
        deadline = time.monotonic() + 10
        while (found := _end(port, peer)).unread < 1000 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert found.unread == 1000
        details = kernel.socket_details(peer, port)
        assert len(details) in (0, 2)
        assert all("skmem" in each for each in details)


def _end(port: int, peer: int) -> kernel.Connection:
    (found,) = (each for each in kernel.connections() if (each.port, each.peer) == (port, peer))
    return found
