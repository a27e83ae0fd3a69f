"""uvicorn's WebSocket protocol over `websockets`, with limits on what one connection may cost.

For messages, the only extra cost is one comparison a read. Counted are fragments, pings and pongs,
which a chat's clients rarely send.
"""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame
from websockets.protocol import State

from chat_servers.control_frames import ControlFrames
from chat_servers.refusal import BAD_HANDSHAKE
from chat_servers.settings import CLOSE_SECONDS, FRAGMENTS, LINGER_SECONDS, PIECE_BYTES

_INVALID_UTF8 = "Invalid UTF-8 sequence received from client."


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Ends a connection that exceeds the limits, and cuts one that does not end in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self._control_frames = ControlFrames()
        self._abort_timer: asyncio.TimerHandle | None = None

    # The handshake.

    def refuse_failed_handshake(self) -> None:
        """Answer a handshake that the library could not read, and disconnect.

        uvicorn itself waits for a request that never comes, and fails if it must stop meanwhile.
        """
        if self.conn.handshake_exc is None or self.handshake_complete:
            return
        self.conn.data_to_send()  # drops the library's answer, if there is one
        self.transport.write(BAD_HANDSHAKE)
        self.handshake_complete = self.close_sent = True
        self.transport.close()

    # Frames.

    def data_received(self, data: bytes) -> None:
        """Feed the library piece by piece, so that the limits are checked after each piece.

        One read has up to 256 KB, which can be 40 000 frames, and up to 32 reads come before the
        event loop does anything else.
        """
        if len(data) > PIECE_BYTES:
            self._receive_in_pieces(data)
            return
        # The same as in uvicorn, repeated here to save a call in each read.
        self.conn.receive_data(data)
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
            return
        self.handle_events()

    def _receive_in_pieces(self, data: bytes) -> None:
        pieces = memoryview(data)  # which is not copied, but into the library's buffer
        for start in range(0, len(data), PIECE_BYTES):
            self.data_received(pieces[start : start + PIECE_BYTES])  # type: ignore[arg-type]
            if self.transport.is_closing():
                return

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= FRAGMENTS:
            self._fail(f"a message takes at most {FRAGMENTS} frames")
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if self._control_frames.too_many(self.loop.time()):
            self._fail("too many pings")
        else:
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._control_frames.too_many(self.loop.time()):
            self._fail("too many pongs")
        else:
            super().handle_pong(event)

    def _fail(self, reason: str) -> None:
        if self.conn.state is State.OPEN:
            self.frames = []
            self.conn.fail(CloseCode.POLICY_VIOLATION, reason)
            self.handle_parser_exception()

    # The end.

    def keepalive_timeout(self) -> None:
        """Abort: a client without a pong does not read, so remaining data would wait for ever."""
        closing = self.close_sent
        super().keepalive_timeout()
        if not closing:
            self._abort_later(LINGER_SECONDS)

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """End the connection after its application, even if the client does not read."""
        super().on_task_complete(task)
        if not self.disconnected:
            wait = CLOSE_SECONDS if self.close_timer is not None else 0
            self._abort_later(wait + LINGER_SECONDS)

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except InvalidState:  # it is already closing, and the client does not read
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        super().connection_lost(exc)

    def _abort_later(self, seconds: float) -> None:
        if self._abort_timer is None:
            self._abort_timer = self.loop.call_later(seconds, self.transport.abort)


def _is_no_fault_of_ours(record: logging.LogRecord) -> bool:
    return record.msg != _INVALID_UTF8


# A client's broken frame gets 1007; uvicorn would also log a traceback for each.
logging.getLogger("uvicorn.error").addFilter(_is_no_fault_of_ours)
