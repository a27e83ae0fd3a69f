"""One synthetic person's connection: it joins as a guest, listens, and can say something."""

import asyncio
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import msgspec
import picows
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from bench.companion.company.presence import Heard
from bench.companion.member import MAX_FRAME_BYTES
from bench.load import joining

_IDLE_S: Final = 20.0
_REPLY_S: Final = 10.0
_decode: Final = msgspec.json.Decoder(Heard).decode
_encode: Final = msgspec.json.Encoder().encode


class Guest(WSListener):
    """A connection: `inside` between the welcome and the end; `ended` will have the close code."""

    def __init__(self, name: str, hear: Callable[["Guest", Heard], None]) -> None:
        super().__init__()
        self.name = name
        self.inside = False
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._hear = hear
        self._transport: WSTransport | None = None
        self._code = 1006

    async def join(self, url: str, room: str) -> None:
        """Connect; the welcome comes to `hear`. Raises OSError, TimeoutError or picows.WSError."""
        await joining.connect(
            self,
            url,
            room,
            self.name,
            max_frame_size=MAX_FRAME_BYTES,
            enable_auto_ping=True,
            auto_ping_idle_timeout=_IDLE_S,
            auto_ping_reply_timeout=_REPLY_S,
        )

    @property
    def connected(self) -> bool:
        """Whether there is a connection that has not ended."""
        return self._transport is not None and not self.ended.done()

    def type(self) -> None:
        """Tell the others that this person is typing."""
        self._send({"type": "typing"})

    def say(self, text: str) -> None:
        """Say something to the room."""
        self._send({"type": "say", "id": uuid4().hex, "text": text})

    def leave(self) -> None:
        """Leave the room and disconnect."""
        self.inside = False
        if self._transport is not None:
            self._transport.send_close(1000)  # type: ignore[arg-type]
            self._transport.disconnect()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT and frame.fin:
            self._take(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.BINARY:
            self._hear(self, Heard("image"))  # its header is not read: somebody sent it
        elif frame.msg_type == WSMsgType.CLOSE:
            payload = frame.get_payload_as_bytes()
            self._code = int.from_bytes(payload[:2], "big") or 1005
            self.leave()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.inside = False
        if not self.ended.done():
            self.ended.set_result(self._code)

    def pause_writing(self) -> None:
        """Nothing to do: a few short texts a minute."""

    def resume_writing(self) -> None:
        """Nothing to do."""

    def _take(self, payload: bytes) -> None:
        try:
            heard = _decode(payload)
        except msgspec.DecodeError:
            return
        self.inside = self.inside or heard.type == "welcome"
        self._hear(self, heard)

    def _send(self, frame: dict[str, Any]) -> None:
        if self.inside and self._transport is not None:
            self._transport.send(WSMsgType.TEXT, _encode(frame))


FAILURES: Final = (OSError, TimeoutError, picows.WSError)
"""What `Guest.join` raises."""
