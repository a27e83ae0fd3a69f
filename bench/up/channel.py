"""The end of `chatbench up` of the line to its companion: lines of JSON over a pair of sockets."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import msgspec

from bench.companion.controls import Request, Stacks, Watch, line, read_request

_AT_ONCE: Final = 65536
_LONGEST: Final = 65536
"""A companion that writes so much without an end of a line is not ours."""


class Channel:
    """Both sockets have no name, and they end with the two processes: nothing of them stays."""

    def __init__(self) -> None:
        self._make()

    def renew(self) -> None:
        """A line to another process, which nobody looks at yet, instead of the old one."""
        self.close()
        self._make()

    def _make(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._read = b""
        self._watched = False

    @property
    def descriptor(self) -> int:
        """The number of the socket that the companion inherits."""
        return self._theirs.fileno()

    def hand_over(self) -> None:
        """The companion has its socket: this process needs it no more."""
        self._theirs.close()

    def requests(self, seconds: float) -> Iterator[Request | Watch]:
        """What is asked for; waits so long for it."""
        if self._ours.fileno() < 0:
            time.sleep(seconds)
            return
        if not select.select([self._ours], [], [], seconds)[0]:
            return
        got = b""
        with suppress(OSError):
            got = self._ours.recv(_AT_ONCE)
        if not got or len(self._read) > _LONGEST:
            self.close()
            return
        *lines, self._read = (self._read + got).split(b"\n")
        for each in lines:
            with suppress(msgspec.DecodeError):
                request = read_request(each)
                self._watched = True
                yield request

    def tell(self, stacks: Stacks) -> None:
        """Tell what there is now, if somebody looks. Never waits for the companion."""
        if not self._watched or self._ours.fileno() < 0:
            return
        try:
            self._ours.sendall(line(stacks))
        except OSError:  # it does not read: a part of a line would confuse it
            self.close()

    def close(self) -> None:
        """End it."""
        self._ours.close()
        self._theirs.close()
