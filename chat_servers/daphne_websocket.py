"""Daphne's WebSocket protocol over autobahn, with limits on what one connection may cost.

Daphne reads even if the application does not take the frames, and writes even if the client does
not read. It disconnects without a close frame if its library does not send that close code.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from autobahn.util import encode_truncate
from autobahn.websocket.types import ConnectionDeny, ConnectionRequest
from daphne import ws_protocol
from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from chat_core.close_codes import REASONS, CloseCode
from chat_servers.control_frames import ControlFrames
from chat_servers.refusal import refusal, response
from chat_servers.settings import (
    CLOSE_SECONDS,
    FRAGMENTS,
    LINGER_SECONDS,
    WAITING_BYTES,
    WAITING_MESSAGES,
)

_REASON_BYTES = 123


class DisconnectedError(OSError):
    """The application sends over a closed connection; ASGI requires an OSError."""


class InputQueue(asyncio.Queue[dict[str, Any]]):
    """The messages that the application has not taken yet; calls `emptied` when all are taken."""

    def __init__(self, emptied: Callable[[], None]) -> None:
        super().__init__()
        self._emptied = emptied

    def _get(self) -> dict[str, Any]:
        message = super()._get()
        if not self.qsize():
            self._emptied()
        return message


class WebSocketProtocol(ws_protocol.WebSocketProtocol):  # type: ignore[misc]  # untyped
    """Reads no faster than the application, writes no faster than the client, and always ends."""

    application_queue: InputQueue

    def __init__(self) -> None:
        super().__init__()
        self.writable = asyncio.Event()
        self.writable.set()
        self._reading = True
        self._fragments = 0
        self._control_frames = ControlFrames()
        self._cut: IDelayedCall | None = None
        self._denial_start: dict[str, Any] = {}
        self._denial_body = b""
        self._denial = b""

    def connectionMade(self) -> None:  # noqa: N802
        # The transport would still call the HTTP channel of this connection to pause.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)
        super().connectionMade()

    # The handshake.

    def onConnect(self, request: ConnectionRequest) -> Any:  # noqa: N802
        """Use the complete path, because autobahn cuts `;…` off. Refuse non-ASCII subprotocols."""
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(ConnectionDeny.BAD_REQUEST, "a subprotocol takes ASCII alone")
        request.path = _path(self.http_request_uri)
        return super().onConnect(request)

    def sendHttpErrorResponse(  # noqa: N802
        self,
        code: int,
        reason: str,
        responseHeaders: Iterable[tuple[str, str]] | None = None,  # noqa: N803
    ) -> None:
        """Answer with an error of the contract, without internal details."""
        denial = self._denial or refusal(HTTPStatus(code), reason, responseHeaders or ())
        self.sendData(denial)

    # Frames that come.

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """Give the message to the application, and stop reading while it is behind."""
        if self.muted:
            return
        self.last_ping = time.time()
        if isBinary:
            message = {"type": "websocket.receive", "bytes": payload}
        else:
            message = {"type": "websocket.receive", "text": payload.decode("utf8")}
        queue = self.application_queue
        queue.put_nowait(message)
        if len(payload) >= WAITING_BYTES or queue.qsize() >= WAITING_MESSAGES:
            self._reading = False
            self.transport.pauseProducing()

    def make_queue(self) -> InputQueue:
        """The queue of messages for the application."""
        return InputQueue(self._read_on)

    def _read_on(self) -> None:
        if not self._reading:
            self._reading = True
            self.transport.resumeProducing()

    def _onMessageFrame(self, payload: list[bytes]) -> None:  # noqa: N802
        """Add a frame to its message, with a limit on frames; replaces two calls of autobahn."""
        if self.failedByMe:
            return
        self.message_data.extend(payload)
        if self.current_frame.fin:
            self._fragments = 0
            return
        self._fragments += 1
        if self._fragments >= FRAGMENTS:
            reason = f"a message takes at most {FRAGMENTS} frames"
            self._fail_connection(CloseCode.POLICY_VIOLATION, reason)

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        if self._control_frames.too_many(time.monotonic()):
            self._fail_connection(CloseCode.POLICY_VIOLATION, "too many pings")
        else:
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:  # noqa: N802
        if self._control_frames.too_many(time.monotonic()):
            self._fail_connection(CloseCode.POLICY_VIOLATION, "too many pongs")

    # What the application sends.

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Like Daphne's method, but a close keeps its code and its reason."""
        kind = message["type"]
        if kind == "websocket.send":
            self._send_message(message)
        elif kind == "websocket.http.response.start":
            self._denial_start = message
        elif kind == "websocket.http.response.body":
            self._deny(message)
        elif kind == "websocket.close" and self.state != self.STATE_CONNECTING:
            self.close(message.get("code") or CloseCode.NORMAL, message.get("reason") or "")
        else:
            super().handle_reply(message)

    def _deny(self, message: dict[str, Any]) -> None:
        """Refuse the handshake with the application's complete HTTP response."""
        self._denial_body += message.get("body", b"")
        if message.get("more_body", False):
            return
        status = HTTPStatus(self._denial_start["status"])
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self._denial_start.get("headers", ())
            if name.lower() != b"content-length"
        ]
        self._denial = response(status, headers, self._denial_body)
        self.handshake_deferred.errback(ConnectionDeny(status))
        del self.handshake_deferred
        self.server.protocol_disconnected(self)

    def _send_message(self, message: dict[str, Any]) -> None:
        if self.state != self.STATE_OPEN:
            raise DisconnectedError("the connection is closed")
        data = message.get("bytes")
        if data is not None:
            self.sendMessage(data, True)
        else:
            self.sendMessage(message["text"].encode("utf8"), False)

    def pauseProducing(self) -> None:  # noqa: N802
        """The write buffer of the transport is full."""
        self.writable.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        """The transport has written all data."""
        self.writable.set()

    def stopProducing(self) -> None:  # noqa: N802
        """The transport is gone."""
        self.writable.set()

    # The end.

    def close(self, code: int, reason: str) -> None:
        """Send a close frame.

        autobahn's `sendClose` accepts only 1000 and 3000 to 4999, but 1008, 1012, 1013 are valid.
        """
        self.sendCloseFrame(code=code, reasonUtf8=encode_truncate(reason, _REASON_BYTES))

    def restart(self) -> None:
        """Close the connection because the server stops, and inform the application."""
        if self.state == self.STATE_OPEN:
            self.close(CloseCode.RESTART, REASONS[CloseCode.RESTART])
            event = {"type": "websocket.disconnect", "code": CloseCode.RESTART}
            self.application_queue.put_nowait(event)
            self.muted = True

    def application_returned(self) -> None:
        """End the connection, because its application has ended."""
        if self.state == self.STATE_OPEN:
            self._hang_up("the application has returned")
        elif self.state == self.STATE_CONNECTING and hasattr(self, "handshake_deferred"):
            self.handle_exception(RuntimeError("the application returned in the handshake"))

    def _fail_connection(self, code: int, reason: str) -> None:
        """Send a close frame with the reason; autobahn would only drop the connection."""
        if self.state == self.STATE_OPEN:
            self.close(code, reason)
        self.failedByMe = True
        self._hang_up(reason)

    def _hang_up(self, reason: str) -> None:
        self.wasClean = False
        self.wasNotCleanReason = reason
        self.dropConnection(abort=False)
        if self._cut is None:
            self._cut = self.factory.reactor.callLater(
                LINGER_SECONDS, self.transport.abortConnection
            )

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        self.writable.set()
        if self._cut is not None and self._cut.active():
            self._cut.cancel()
        super().connectionLost(reason)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803
        if hasattr(self, "server"):  # set when a handshake was read
            super().onClose(wasClean, code, reason)


class WebSocketFactory(ws_protocol.WebSocketFactory):  # type: ignore[misc]  # untyped
    """Makes these."""

    protocol = WebSocketProtocol

    def setProtocolOptions(self, **options: Any) -> None:  # noqa: N802
        super().setProtocolOptions(closeHandshakeTimeout=CLOSE_SECONDS, **options)


def _path(target: str) -> str:
    """The path of a request's target: `/path?query`, or a complete URL, as proxies send it."""
    return target.partition("?")[0] if target.startswith("/") else urlsplit(target).path
