"""uvicorn's WebSocket protocol over `websockets`, with limits on what one connection may cost.

On the way of a message nothing is added but one comparison a read: what is counted are fragments,
pings and pongs, which a chat's clients hardly send.
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
    """Ends a connection that asks too much, and cuts one that does not end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self._control_frames = ControlFrames()
        self._abort_timer: asyncio.TimerHandle | None = None

    # The handshake.

    def refuse_failed_handshake(self) -> None:
        """Answer a handshake that the library could not read, and hang up.

        uvicorn waits for a request that never comes, and fails when it is told to stop meanwhile.
        """
        if self.conn.handshake_exc is None or self.handshake_complete:
            return
        self.conn.data_to_send()  # the library's own words, where it has any
        self.transport.write(BAD_HANDSHAKE)
        self.handshake_complete = self.close_sent = True
        self.transport.close()

    # Frames.

    def data_received(self, data: bytes) -> None:
        """Feed the library, piece by piece, so that what is too much ends after one piece.

        One read is up to 256 KB, which is 40 000 frames, and there are 32 reads before the event
        loop does anything else.
        """
        if len(data) > PIECE_BYTES:
            self._receive_in_pieces(data)
            return
        # As uvicorn has it, and here again so that a read costs no further call.
        self.conn.receive_data(data)
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
            return
        self.handle_events()

    def _receive_in_pieces(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            self.data_received(data[start : start + PIECE_BYTES])
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
        """Nobody answers, so nobody reads: what is still to be sent would wait for ever."""
        closing = self.close_sent
        super().keepalive_timeout()
        if not closing:
            self._abort_later(LINGER_SECONDS)

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The application is done: the connection ends, read or not."""
        super().on_task_complete(task)
        if not self.disconnected:
            wait = CLOSE_SECONDS if self.close_timer is not None else 0
            self._abort_later(wait + LINGER_SECONDS)

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except InvalidState:  # it is being closed, and what is to be sent is not read
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


# A client's broken frame is answered with 1007; uvicorn logs a traceback for each besides.
logging.getLogger("uvicorn.error").addFilter(_is_no_fault_of_ours)
