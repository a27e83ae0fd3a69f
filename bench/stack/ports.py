"""Free ports for servers that take a number, and not a socket that already listens."""

import secrets
import socket

_FIRST, _END = 10_000, 32_768
"""Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections.

A port of that range can be taken by any connection between the choice and the server's start: a
PostgreSQL that starts a second later then finds it in use. So can the port of a stopped server.
"""


def free_port(neighbours: int = 0) -> int:
    """A port of the loopback that nothing uses now, and which no outgoing connection is given.

    The next `neighbours` ports are free too.
    """
    while True:
        first = _FIRST + secrets.randbelow(_END - _FIRST - neighbours)
        if all(map(_free, range(first, first + neighbours + 1))):
            return first


def _free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
