"""The companion's end of the line to `chatbench up`: a socket that it inherited."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from bench.companion.controls import WATCH, Off, Request, Stacks, line, read_stacks

_LONGEST: Final = 2**20
"""The largest line in bytes, far above what `chatbench up` tells."""


class Line:
    """Knows what `chatbench up` told last. Without a socket, it only says that all is off."""

    def __init__(self, inherited: socket.socket | None, off: Off = "") -> None:
        self.off: Off = off or ("" if inherited is not None else "alone")
        self.last = Stacks(off=self.off)
        self._socket = inherited
        self._listeners: set[Callable[[Stacks], None]] = set()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def listen(self, listener: Callable[[Stacks], None]) -> None:
        """Tell this listener what is known now, and each change."""
        if self._reading is None and self._socket is not None and not self.off:
            sock, self._socket = self._socket, None
            reader, self._writer = await asyncio.open_unix_connection(sock=sock, limit=_LONGEST)
            self._writer.write(WATCH)
            self._reading = asyncio.create_task(self._read(reader))
        self._listeners.add(listener)
        listener(self.last)

    def forget(self, listener: Callable[[Stacks], None]) -> None:
        """Tell this listener no more."""
        self._listeners.discard(listener)

    def ask(self, request: Request) -> None:
        """Ask `chatbench up` for something."""
        if self._writer is not None:
            self._writer.write(line(request))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError, ValueError):
            while text := await reader.readline():
                with suppress(msgspec.DecodeError):
                    self._tell(read_stacks(text))
        self.off = "alone"
        self._tell(Stacks(off=self.off))

    def _tell(self, stacks: Stacks) -> None:
        self.last = stacks
        for listener in list(self._listeners):
            listener(stacks)
