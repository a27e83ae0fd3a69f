"""Daphne's HTTP side, with limits on what a client may send before an application is asked.

Daphne reads a body to its end before it asks the application, into a file where it is large; and
any byte, one in a minute, keeps a request alive.
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
    """Keeps of a body what the application may look at: one byte more than it takes."""

    _room = BODY_BYTES + 1

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        kept = data[: self._room]
        self._room -= len(kept)
        self.content.write(kept)

    def process(self) -> Any:
        """Refuse a handshake with a body, which would be taken for the first frames."""
        upgrade = self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0]
        if upgrade.lower() == b"websocket" and self.content.getbuffer().nbytes:
            self.channel.refuse(BAD_HANDSHAKE)
            return None
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """As the contract has errors: Daphne's are pages of HTML."""
        content = refusal.body(HTTPStatus(status), body)
        headers = [(b"content-type", b"application/json")]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": content})


class HTTPChannel(http.HTTPChannel):  # type: ignore[misc]  # untyped
    """A request comes whole and in time, and its answer is read; else the connection ends."""

    maxHeaders = HEADERS  # noqa: N815
    totalHeadersSize = HEAD_BYTES  # noqa: N815
    MAX_LENGTH = HEAD_BYTES

    _stalled: IDelayedCall | None = None

    def resetTimeout(self) -> None:  # noqa: N802
        """The time is a request's, from its first byte to its last, and not from each to the next.

        Twisted calls this at every read.
        """

    def refuse(self, response: bytes) -> None:
        """Answer for the application, and hang up."""
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

    # The transport says that what it has to write is too much, and when it is written.

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
