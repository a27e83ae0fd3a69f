"""Network namespaces of Linux, which this process makes, and which end with their last user.

A namespace without a name needs no clean-up: it is gone as soon as no process, socket or descriptor
is in it, even if this process is killed. Everything here needs root.
"""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bench.errors import BenchError

_CLONE_NEWNET: Final = 0x4000_0000
_OWN: Final = "/proc/thread-self/ns/net"
_TUN: Final = Path("/dev/net/tun")
_TUNSETIFF: Final = 0x4004_54CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000


def unusable() -> str | None:
    """The reason why this process can make no namespaces with a link between them, or None."""
    if sys.platform != "linux":
        return "it needs network namespaces, which only Linux has."
    if os.geteuid() != 0:
        return "it makes network namespaces, and needs root."
    if shutil.which("ip") is None:
        return "it needs the program `ip` (Debian's package iproute2)."
    if not _TUN.exists():
        return f"it needs {_TUN}, which this machine does not have."
    return None


class Namespace:
    """A network of its own, with a loopback and nothing else. Raises BenchError."""

    def __init__(self) -> None:
        home = os.open(_OWN, os.O_RDONLY)
        try:
            _call("unshare", _CLONE_NEWNET)
            try:
                self._descriptor = os.open(_OWN, os.O_RDONLY)
            finally:
                _call("setns", home, _CLONE_NEWNET)
        finally:
            os.close(home)
        self.configure("link set lo up")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in it: what this thread opens and starts meanwhile is, and remains, in it."""
        home = os.open(_OWN, os.O_RDONLY)
        try:
            _call("setns", self._descriptor, _CLONE_NEWNET)
            try:
                yield
            finally:
                _call("setns", home, _CLONE_NEWNET)
        finally:
            os.close(home)

    def configure(self, *commands: str) -> None:
        """Run commands of `ip` in it, each without the word `ip`. Raises BenchError."""
        with self.entered():
            for command in commands:
                words = ["ip", *command.split()]
                done = subprocess.run(words, capture_output=True, text=True, check=False)
                if done.returncode:
                    raise BenchError(f"`ip {command}` failed: {done.stderr.strip()}")

    def tun(self, name: str) -> int:
        """A descriptor that reads and writes the IP packets of a new network device in it."""
        with self.entered():
            descriptor = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK)
            request = struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI)
            try:
                fcntl.ioctl(descriptor, _TUNSETIFF, request)
            except OSError as error:
                os.close(descriptor)
                raise BenchError(f"A TUN device cannot be made: {error.strerror}.") from error
        return descriptor


def _call(function: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        words = os.strerror(ctypes.get_errno())
        raise BenchError(f"A network namespace cannot be had ({function}): {words}.")
