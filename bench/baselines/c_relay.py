"""The floor on a C server: `chat.v1` on picows, which parses and writes frames in C.

Python only runs one callback for each frame and one write for each member. All messages to a room
within one turn of the event loop go out in one write to each member. With `one_by_one`, every
message goes out in a separate write, which gives a reader the most work. The relay has no rate
limit and no presence.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import picows
import uvloop
from picows import (
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)

from chat_core import protocol_limits
from chat_core.close_codes import REASONS, CloseCode
from chat_core.codec import RefusedFrameError, decode, encode_json
from chat_core.frames import (
    SUBPROTOCOL,
    Error,
    Message,
    Ping,
    Pong,
    Say,
    ServerFrame,
    ServerInfo,
    Welcome,
    WelcomeLimits,
)
from chat_core.handshake import RefusedHandshakeError, read_guest, read_handshake
from chat_core.settings import Settings

VERSION = "0.1.0"

_TEXT_FRAME = 0x81
_UNSUPPORTED = Error("unsupported_media", "images are not served here")
_PATH = "/ws/rooms/"


def text_frame(payload: bytes) -> bytes:
    """One complete WebSocket text frame without a mask, as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((_TEXT_FRAME, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT_FRAME, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT_FRAME, 127)) + size.to_bytes(8, "big") + payload


class Room:
    """The members of one room, and the frames that wait for the end of this loop turn."""

    def __init__(
        self, name: str, loop: asyncio.AbstractEventLoop, outbox_bytes: int, *, one_by_one: bool
    ) -> None:
        self.name = name
        self.members: dict[Connection, asyncio.Transport] = {}
        self.lagging: set[Connection] = set()
        self._loop = loop
        self._outbox_bytes = outbox_bytes
        self._one_by_one = one_by_one
        self._waiting: list[bytes] = []

    def tell(self, payload: bytes) -> None:
        """Send a text frame to every member before the loop reads again; frame it only once."""
        self._waiting.append(text_frame(payload))
        if self._one_by_one:
            self._write()
        elif len(self._waiting) == 1:
            self._loop.call_soon(self._write)

    def _write(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        for transport in self.members.values():
            transport.write(data)
        if self.lagging:
            self._evict_lagging()

    def _evict_lagging(self) -> None:
        for member in list(self.lagging):
            if self.members[member].get_write_buffer_size() > self._outbox_bytes:
                member.leave()
                member.close(CloseCode.TOO_SLOW, REASONS[CloseCode.TOO_SLOW])


class Relay:
    """All rooms of one process."""

    def __init__(
        self, settings: Settings, loop: asyncio.AbstractEventLoop, *, one_by_one: bool = False
    ) -> None:
        self.rooms: dict[str, Room] = {}
        self.connections: set[Connection] = set()
        self.server = ServerInfo("picows", "picows", "memory", "off", VERSION, os.getpid())
        self.limits = WelcomeLimits(
            protocol_limits.TEXT_CODE_POINTS,
            settings.max_image_bytes,
            protocol_limits.PRESENCE_MEMBERS,
        )
        self._new_room = partial(
            Room, loop=loop, outbox_bytes=settings.outbox.size, one_by_one=one_by_one
        )

    def room(self, name: str) -> Room:
        """The room with this name; made when its first member joins."""
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = self._new_room(name)
        return room

    def answer(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener | None:
        """Route one HTTP request: a WebSocket, /healthz, /api/rooms, or 404."""
        target = urlsplit(request.path.decode("latin-1"))
        if target.path.startswith(_PATH):
            query = parse_qs(target.query, keep_blank_values=True)
            connection = Connection(self, unquote(target.path[len(_PATH) :]), query)
            return WSUpgradeResponseWithListener(_accepted(request), connection)
        if target.path == "/healthz":
            return _json({"status": "ok", **msgspec.to_builtins(self.server)})
        if target.path == "/api/rooms":
            rooms = sorted(self.rooms.values(), key=lambda room: room.name)
            return _json([{"room": room.name, "members": len(room.members)} for room in rooms])
        return None

    def close(self) -> None:
        """Close every connection with 1012, so that the client connects again."""
        for connection in list(self.connections):
            connection.close(CloseCode.RESTART, REASONS[CloseCode.RESTART])


class Connection(WSListener):
    """One member's socket."""

    def __init__(self, relay: Relay, room: str, query: dict[str, list[str]]) -> None:
        super().__init__()
        self._relay = relay
        self._wanted = room, _first(query, "name"), _first(query, "since")
        self._transport: WSTransport | None = None
        self._room: Room | None = None
        self.user = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._relay.connections.add(self)
        try:
            room_name, name, since = self._wanted
            handshake = read_handshake(room_name, since)
            self.user = read_guest(name)
        except RefusedHandshakeError as refused:
            self.close(refused.code, refused.reason)
            return
        room = self._room = self._relay.room(handshake.room)
        room.members[self] = transport.underlying_transport
        self._send(self._welcome(room))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.TEXT:
            self._on_text(frame.get_payload_as_bytes())
        elif kind == WSMsgType.BINARY:
            self._send(_UNSUPPORTED)
        elif kind == WSMsgType.CLOSE:
            self.close(CloseCode.NORMAL, "")

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._relay.connections.discard(self)
        self.leave()

    def pause_writing(self) -> None:
        if self._room is not None:
            self._room.lagging.add(self)

    def resume_writing(self) -> None:
        if self._room is not None:
            self._room.lagging.discard(self)

    def leave(self) -> None:
        """Leave the room: no more messages go to this connection."""
        room, self._room = self._room, None
        if room is None:
            return
        room.lagging.discard(self)
        del room.members[self]
        if not room.members:
            self._relay.rooms.pop(room.name, None)

    def close(self, code: int, reason: str) -> None:
        """Send a close frame, and disconnect after the write."""
        assert self._transport is not None
        self._transport.send_close(code, reason.encode())  # type: ignore[arg-type]
        self._transport.disconnect()

    def abort(self) -> None:
        """Drop the connection without a close frame."""
        assert self._transport is not None
        self._transport.disconnect(graceful=False)

    def _on_text(self, payload: bytes) -> None:
        room = self._room
        if room is None:
            return
        try:
            said = decode(payload)
        except RefusedFrameError as refused:
            self._send(refused.error)
            return
        if isinstance(said, Say):
            at = time.time_ns() // 1_000_000
            room.tell(encode_json(Message(None, said.id, self.user, said.text, at)))
        elif isinstance(said, Ping):
            self._send(Pong(said.id))

    def _send(self, frame: ServerFrame) -> None:
        assert self._transport is not None
        self._transport.send(WSMsgType.TEXT, encode_json(frame))

    def _welcome(self, room: Room) -> Welcome:
        count = len(room.members)
        shown = room.members if count <= protocol_limits.PRESENCE_MEMBERS else ()
        members = sorted(member.user for member in shown)
        relay = self._relay
        return Welcome(self.user, room.name, relay.server, relay.limits, None, count, members)


def serve(sock: socket.socket, *, one_by_one: bool = False) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT, then close all with 1012."""
    uvloop.run(_serve(sock, one_by_one))


async def _serve(sock: socket.socket, one_by_one: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    settings = Settings.from_environ(os.environ, ["memory"], ["standard"])
    relay = Relay(settings, loop, one_by_one=one_by_one)
    server = await picows.ws_create_server(
        relay.answer, sock=sock, backlog=1024, max_frame_size=settings.max_frame_bytes
    )
    await stop.wait()
    server.close()
    relay.close()
    # One more turn of the loop: the close frames must be on the wire before the loop ends.
    await asyncio.sleep(0)


def _accepted(request: WSUpgradeRequest) -> WSUpgradeResponse:
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    chosen = SUBPROTOCOL in (name.strip() for name in offered.split(","))
    headers = {"Sec-WebSocket-Protocol": SUBPROTOCOL} if chosen else {}
    return WSUpgradeResponse.create_101_response(headers)  # type: ignore[no-any-return]


def _json(value: object) -> WSUpgradeResponseWithListener:
    response = WSUpgradeResponse.create_ok_response(
        msgspec.json.encode(value), {"Content-Type": "application/json"}
    )
    return WSUpgradeResponseWithListener(response, None)


def _first(query: dict[str, list[str]], name: str) -> str | None:
    return query[name][0] if name in query else None


if __name__ == "__main__":
    # python -m bench.baselines.c_relay FD [one-by-one]
    serve(socket.socket(fileno=int(sys.argv[1])), one_by_one="one-by-one" in sys.argv[2:])
