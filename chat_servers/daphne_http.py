"""Daphne's HTTP side, with limits on what a client may send before the application runs.

Daphne reads a whole body before it calls the application, and writes a large one to a file. And one
byte in a minute is enough to keep a request alive.
"""

from http import HTTPStatus
from io import BytesIO
from typing import Any

from daphne import http_protocol
from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure
from twisted.web import http

from chat_core.accounts import BODY_BYTES
from chat_servers import refusal
from chat_servers.refusal import BAD_HANDSHAKE, BAD_REQUEST, HEAD_TOO_LARGE
from chat_servers.settings import HEAD_BYTES, HEADERS, REQUEST_SECONDS, RESPONSE_SECONDS


class Request(http_protocol.WebRequest):  # type: ignore[misc]  # untyped
    """A request that keeps one byte more of a body than the application accepts."""

    _room = BODY_BYTES + 1

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        kept = data[: self._room]
        self._room -= len(kept)
        self.content.write(kept)

    def process(self) -> Any:
        """Refuse a handshake with a body, because its bytes would count as the first frames."""
        upgrade = self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0]
        if upgrade.lower() == b"websocket" and self.content.getbuffer().nbytes:
            self.channel.refuse(BAD_HANDSHAKE)
            return None
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Answer with an error of the contract; Daphne's errors are HTML pages."""
        content = refusal.body(HTTPStatus(status), body)
        headers = [(b"content-type", b"application/json")]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": content})


class HTTPChannel(http.HTTPChannel):  # type: ignore[misc]  # untyped
    """Ends a connection if a request is too long or too slow, or if its answer is not read."""

    maxHeaders = HEADERS  # noqa: N815
    totalHeadersSize = HEAD_BYTES  # noqa: N815
    MAX_LENGTH = HEAD_BYTES

    _stalled: IDelayedCall | None = None

    def resetTimeout(self) -> None:  # noqa: N802
        """Limit the time from the first to the last byte of a request, not between two bytes.

        Twisted calls this at every read.
        """

    def refuse(self, response: bytes) -> None:
        """Answer instead of the application, and disconnect."""
        self.transport.write(response)
        self.loseConnection()

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        self.refuse(HEAD_TOO_LARGE)

    def _respondToBadRequestAndDisconnect(self) -> None:  # noqa: N802
        too_large = (
            self._receivedHeaderSize > self.totalHeadersSize
            or self._receivedHeaderCount > self.maxHeaders
        )
        self.refuse(HEAD_TOO_LARGE if too_large else BAD_REQUEST)

    # The transport calls these when its write buffer is full, and when it is empty again.

    def pauseProducing(self) -> None:  # noqa: N802
        super().pauseProducing()
        if self._stalled is None:
            self._stalled = self.callLater(RESPONSE_SECONDS, self.forceAbortClient)

    def resumeProducing(self) -> None:  # noqa: N802
        super().resumeProducing()
        self._forget_stall()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802
        self._forget_stall()
        super().connectionLost(reason)

    def _forget_stall(self) -> None:
        if self._stalled is not None and self._stalled.active():
            self._stalled.cancel()
        self._stalled = None


class HTTPFactory(http_protocol.HTTPFactory):  # type: ignore[misc]  # untyped
    """Makes these."""

    protocol = HTTPChannel

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.timeOut = REQUEST_SECONDS

    def buildProtocol(self, addr: Any) -> HTTPChannel:  # noqa: N802
        channel: HTTPChannel = super().buildProtocol(addr)
        channel.requestFactory = Request
        return channel
