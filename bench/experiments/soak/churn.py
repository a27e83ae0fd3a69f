"""Members that come into the room and leave it again, one after another."""

import asyncio
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.stack.stack import Stack

_OPEN_S: Final = 30.0
_NAMES: Final = 1000
"""As many names as people of one place; a name comes back."""


class Churn:
    """Let one member in with `visit`, or many with `go` until that is cancelled."""

    def __init__(self, stack: Stack, room: str) -> None:
        self.connections = 0
        self.failed = 0
        self._stack = stack
        self._room = room

    async def go(self, per_second: float) -> None:
        """Visit at this rate, or as fast as one visit after another can be."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            due = max(due + 1 / per_second, clock())
            await asyncio.sleep(due - clock())
            await self.visit()

    async def visit(self) -> None:
        """Come in, wait for the welcome, and leave."""
        url = self._stack.ws_url(self._room, f"guest-{self.connections % _NAMES}")
        self.connections += 1
        try:
            async with connect(
                url, compression=None, proxy=None, open_timeout=_OPEN_S, ping_interval=None
            ) as socket:
                await socket.recv()
        except (OSError, TimeoutError, WebSocketException):
            self.failed += 1
