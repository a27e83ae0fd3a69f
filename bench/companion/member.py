"""One synthetic member's connection. `Member.on_ws_frame` is the only code that runs once a frame.

It differs from the member of `bench.load`, which counts the messages that its process sent, by
windows, and ends with its connection. Here a page sends, and the members only listen, for hours.
They join and leave on request, and connect again after a cut. Wanted of each message are only the
members that received it, and the first and last receipt. Both join by `bench.load.joining`.
"""

import asyncio
import math
from typing import Final, Protocol

import msgspec
import picows
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from bench.companion.clock import now_ms
from bench.companion.deliveries import UNTRACKED, Delivery
from bench.load import joining
from chat_core.contract import CLOSINGS

MAX_FRAME_BYTES: Final = 2 * 1024**2
"""The largest frame that a member accepts, far above the images of a race. A member holds a whole
frame in memory. A larger image from a person ends the connection; the member then joins again, and
no delivery waits for it."""
_LENGTH_BYTES: Final = 4
_IDLE_S: Final = 20.0
_REPLY_S: Final = 10.0


class Heard(msgspec.Struct):
    """The fields of a server frame that a member reads."""

    type: str
    id: str = ""
    seq: int | None = None
    at: float = math.inf
    """When the server took the message, in ms since the epoch."""


_heard: Final = msgspec.json.Decoder(Heard).decode


class Hooks(Protocol):
    """The part of a crew that a member calls."""

    known: dict[bytes, Delivery]
    """Deliveries by the bytes of their frames, which are the same for all members."""

    def welcomed(self, member: "Member") -> None:
        """The member received its welcome."""

    def understood(self, key: bytes, frame: Heard, at: float) -> Delivery:
        """A frame that no member received before."""

    def cut(self, member: "Member", words: str, code: int) -> None:
        """The connection ended, and `leave` was not called."""


class JoinError(Exception):
    """A member could not join; the text is one sentence. `code` is the close code, or 0."""

    def __init__(self, words: str, code: int = 0) -> None:
        super().__init__(words)
        self.code = code


class Member(WSListener):
    """A guest that only listens."""

    def __init__(self, number: int, hooks: Hooks) -> None:
        super().__init__()
        self.number = number
        self.seq: int | None = None
        """The seq of the room's newest message at the welcome; None without a history."""
        self.welcomed_at = math.inf
        """In ms since the epoch."""
        self._hooks = hooks
        self._known = hooks.known.get
        self._welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: WSTransport | None = None
        self._inside = False
        self._leaving = False
        self._stalled = False
        self._closed = 1006, ""
        self._parts: list[bytes] = []
        self._binary = False

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        at = now_ms()
        kind = frame.msg_type
        if kind == WSMsgType.TEXT and frame.fin:
            payload = frame.get_payload_as_bytes()
            (self._known(payload) or self._listen(payload, at)).arrive(self, at)
        elif kind == WSMsgType.BINARY and frame.fin:
            key = _header_of(frame.get_payload_as_memoryview())
            (self._known(key) or self._listen(key, at)).arrive(self, at)
        else:
            self._on_rare_frame(frame, kind, at)

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        if self._leaving:
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if self._leaving:
            return
        code, reason = self._closed
        words = f"closed with {code}: {reason or CLOSINGS.get(code, 'without a word')}"
        if self._inside:
            self._inside = False
            self._hooks.cut(self, words, code)
        elif not self._welcome.done():
            self._welcome.set_exception(JoinError(words, code))

    def pause_writing(self) -> None:
        """Nothing to do: a member writes only pongs."""

    def resume_writing(self) -> None:
        """Nothing to do."""

    async def join(self, url: str, room: str, name: str) -> None:
        """Connect, and wait for the welcome. Raises JoinError."""
        try:
            await joining.connect(
                self,
                url,
                room,
                name,
                max_frame_size=MAX_FRAME_BYTES,
                enable_auto_ping=True,
                auto_ping_idle_timeout=_IDLE_S,
                auto_ping_reply_timeout=_REPLY_S,
            )
            async with asyncio.timeout(joining.JOIN_S):
                await self._welcome
        except TimeoutError:
            self.leave()
            raise JoinError(f"no welcome within {joining.JOIN_S:g} s") from None
        except (OSError, picows.WSError) as error:
            raise JoinError(f"it cannot be joined: {joining.words(error)}") from None
        except asyncio.CancelledError:
            self.leave()
            raise

    def stall(self, seconds: float) -> None:
        """Read nothing for this time: the server has to wait, or to put this member out."""
        if self._transport is None or self._stalled:
            return
        self._stalled = True
        self._transport.underlying_transport.pause_reading()
        asyncio.get_running_loop().call_later(seconds, self._read_on)

    def _read_on(self) -> None:
        self._stalled = False
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.underlying_transport.resume_reading()

    def leave(self) -> None:
        """Leave the room and disconnect. `cut` is not called."""
        self._leaving = True
        self._inside = False
        if not self._welcome.done():
            self._welcome.set_result(None)
        if self._transport is not None:
            self._transport.send_close(1000)  # type: ignore[arg-type]
            self._transport.disconnect()

    def _listen(self, key: bytes, at: float) -> Delivery:
        """Decode a frame that no member here received before."""
        try:
            heard = _heard(key)
        except msgspec.DecodeError:
            return UNTRACKED
        if heard.type == "welcome":
            self._on_welcome(heard, at)
            return UNTRACKED
        return self._hooks.understood(key, heard, at)

    def _on_welcome(self, heard: Heard, at: float) -> None:
        if not (self._inside or self._leaving):
            self._inside = True
            self.seq = heard.seq
            self.welcomed_at = at
            if not self._welcome.done():
                self._welcome.set_result(None)
            self._hooks.welcomed(self)

    def _on_rare_frame(self, frame: WSFrame, kind: WSMsgType, at: float) -> None:
        """A close frame, or a fragment, which no server here sends."""
        if kind == WSMsgType.CLOSE:
            self._on_close(frame.get_payload_as_bytes())
        elif kind in (WSMsgType.TEXT, WSMsgType.BINARY):
            self._binary = kind == WSMsgType.BINARY
            self._parts = [frame.get_payload_as_bytes()]
        elif kind == WSMsgType.CONTINUATION and self._parts:
            self._parts.append(frame.get_payload_as_bytes())
            if sum(map(len, self._parts)) > MAX_FRAME_BYTES:
                self._parts = [b""]
            if frame.fin:
                whole, self._parts = b"".join(self._parts), []
                key = _header_of(memoryview(whole)) if self._binary else whole
                (self._known(key) or self._listen(key, at)).arrive(self, at)

    def _on_close(self, payload: bytes) -> None:
        if len(payload) >= 2:
            self._closed = (
                int.from_bytes(payload[:2], "big"),
                payload[2:].decode(errors="replace"),
            )
        else:
            self._closed = 1005, ""
        if self._transport is not None:
            self._transport.send_close(1000)  # type: ignore[arg-type]
            self._transport.disconnect()


def _header_of(picture: memoryview) -> bytes:
    """The header of an image frame, which has the id; the image itself is not read."""
    size = int.from_bytes(picture[:_LENGTH_BYTES], "big")
    return bytes(picture[_LENGTH_BYTES : _LENGTH_BYTES + size])
