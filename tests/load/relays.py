"""Relays for tests of the data plane, in the test's event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self
from unittest.mock import patch

import picows

from bench.baselines.c_relay import Connection, Relay, Room, text_frame
from chat_core.settings import Settings

_PING = b"\x89\x00"


class FaultyRoom(Room):
    """Drops every 10th message, sends every 7th twice, and swaps every 13th with the next one."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name, loop, 1 << 20, one_by_one=True)
        self.taken = 0
        self.dropped = 0
        self.doubled = 0
        self.swapped = 0
        self._held: bytes | None = None

    def tell(self, payload: bytes) -> None:
        self.taken += 1
        if self.taken % 10 == 0:
            self.dropped += 1
        elif self._held is None and self.taken % 13 == 0:
            self._held = payload
        else:
            self._pass_on(payload)

    def _pass_on(self, payload: bytes) -> None:
        frames = [text_frame(payload)]
        if self.taken % 7 == 0:
            self.doubled += 1
            frames *= 2
        if self._held is not None:
            self.swapped += 1
            frames.append(text_frame(self._held))
            self._held = None
        for frame in frames:
            for transport in self.members.values():
                transport.write(frame)

    @property
    def kept(self) -> int:
        """The number of messages that wait for a next one to swap with."""
        return int(self._held is not None)


class StalledRoom(Room):
    """Holds all messages until `go_on` is called."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name, loop, 1 << 20, one_by_one=False)
        self.kept: list[bytes] = []
        self.stalled = True

    def tell(self, payload: bytes) -> None:
        if self.stalled:
            self.kept.append(payload)
        else:
            super().tell(payload)

    def go_on(self) -> None:
        """Send the held messages, and hold no more."""
        self.stalled = False
        for payload in self.kept:
            super().tell(payload)


class PingingRoom(Room):
    """Writes a PING after each message, in the same write."""

    def tell(self, payload: bytes) -> None:
        for transport in self.members.values():
            transport.write(text_frame(payload) + _PING)


class Pongs:
    """Counts the pongs that a relay receives, while it is entered."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Self:
        listen = Connection.on_ws_frame

        def on_ws_frame(
            connection: Connection, transport: picows.WSTransport, frame: picows.WSFrame
        ) -> None:
            self.count += frame.msg_type == picows.WSMsgType.PONG
            listen(connection, transport, frame)

        self._patch = patch.object(Connection, "on_ws_frame", on_ws_frame)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


MakeRoom = Callable[[str, asyncio.AbstractEventLoop], Room]


class TestedRelay(Relay):
    """A relay with access to its members, for tests."""

    __test__ = False

    def __init__(self, loop: asyncio.AbstractEventLoop, make_room: MakeRoom | None) -> None:
        super().__init__(Settings(), loop)
        self.url = ""
        self._make_room = make_room
        self._loop = loop

    def room(self, name: str) -> Room:
        if self._make_room is not None and name not in self.rooms:
            self.rooms[name] = self._make_room(name, self._loop)
        return super().room(name)

    def member(self, user: str) -> Connection:
        """The connection of the member with this name."""
        return next(member for member in self.connections if member.user == user)


@asynccontextmanager
async def relay(make_room: MakeRoom | None = None) -> AsyncIterator[TestedRelay]:
    """Run a relay on a free port, with rooms from `make_room`; its address is `url`."""
    tested = TestedRelay(asyncio.get_running_loop(), make_room)
    sock = socket.create_server(("127.0.0.1", 0))
    server = await picows.ws_create_server(tested.answer, sock=sock)
    tested.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    try:
        yield tested
    finally:
        server.close()
        tested.close()
        await asyncio.sleep(0)
