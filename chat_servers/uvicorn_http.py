"""uvicorn's HTTP protocol, with limits on what a client may send before the application runs.

uvicorn limits neither the size of a request's head nor the time of its arrival.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chat_servers.refusal import BAD_REQUEST, HEAD_TOO_LARGE
from chat_servers.settings import HEAD_BYTES, HEADERS, REQUEST_SECONDS, RESPONSE_SECONDS
from chat_servers.uvicorn_websocket import WebSocketProtocol


class HttpProtocol(HttpToolsProtocol):
    """Ends a connection if a request is too long or too slow, or if its answer is not read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._head_bytes = 0
        self._request_timer: asyncio.TimerHandle | None = None
        self._response_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_request_timer()
        self._cancel_response_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, with a limit on the size of the head."""
        if self._request_timer is None:
            self._expect_request()
        while data and self._in_head:
            room = HEAD_BYTES - self._head_bytes
            if not room:
                self._refuse(HEAD_TOO_LARGE)
                return
            piece, data = data[:room], data[room:]
            self._head_bytes += len(piece)
            super().data_received(piece)
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return
        if data:
            super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        """Switch to the WebSocket protocol, which may find that this is no valid handshake."""
        self._cancel_request_timer()
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        assert isinstance(protocol, WebSocketProtocol)
        protocol.refuse_failed_handshake()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser or one of its callbacks refused."""
        self._refuse(HEAD_TOO_LARGE if len(self.headers or ()) > HEADERS else BAD_REQUEST)

    # What the parser calls.

    def on_headers_complete(self) -> None:
        if len(self.headers) > HEADERS:
            raise ValueError("too many headers")  # the parser turns it into a refused request
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self._cancel_request_timer()
        super().on_message_complete()

    # What the transport calls.

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._response_timer is None:
            timer = self.loop.call_later(RESPONSE_SECONDS, self.transport.abort)
            self._response_timer = timer

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel_response_timer()

    def _expect_request(self) -> None:
        self._request_timer = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _cancel_request_timer(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    def _cancel_response_timer(self) -> None:
        if self._response_timer is not None:
            self._response_timer.cancel()
            self._response_timer = None

    def _refuse(self, response: bytes) -> None:
        self.transport.write(response)
        self.transport.close()
