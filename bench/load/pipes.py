"""A generator's stdin and stdout: one JSON object a line, without blocking other greenlets."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import gevent
import msgspec
from gevent.socket import wait_read


def emit(event: Any) -> None:
    """Write one line to stdout. The data plane's thread calls this, too."""
    data = msgspec.json.encode(event) + b"\n"
    while data:
        data = data[os.write(1, data) :]


def lines() -> Iterator[bytes]:
    """Yield the lines of stdin. Waiting for a line does not block other greenlets."""
    rest = b""
    while True:
        wait_read(0)
        data = os.read(0, 1 << 16)
        if not data:
            break
        *whole, rest = (rest + data).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


def end_on_signals() -> None:
    """Have SIGTERM and SIGINT end the main greenlet in order."""
    main = gevent.getcurrent()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda number=number: main.throw(SystemExit(128 + number)))
