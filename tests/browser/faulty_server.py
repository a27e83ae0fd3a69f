"""A faulty chat: it loses, delays, doubles or refuses messages and ends connections on demand."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.browser.scripted_server import AT, SERVER, header_of


class FaultyServer:
    """Replaces a backend on its port, with real sockets but without pages and history."""

    def __init__(self, port: int) -> None:
        self.losing: frozenset[str] = frozenset()
        """Names of the members that miss every third message."""
        self.refuses: tuple[int, str] | None = None
        """The close code and reason for every new connection; None lets connections in."""
        self.too_many_handshakes = 0
        """The number of next handshakes that get the answer HTTP 429."""
        self._members: dict[str, ServerConnection] = {}
        self._said = 0
        self._slow_s = 0.0
        self._slow_above = 0
        self._held: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._server = serve(
            self._meet,
            "localhost",
            port,
            subprotocols=[Subprotocol("chat.v1")],
            process_request=self._admit,
            ping_interval=None,
            compression=None,
        )
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connection in list(self._members.values()):
            connection.close(1001)
        self._server.shutdown()
        self._thread.join()

    @contextlib.contextmanager
    def slow(self, seconds: float, *, above: int = 0) -> Iterator[None]:
        """Let each message wait before it goes to the members, while more than this are here."""
        self._slow_s = seconds
        self._slow_above = above
        try:
            yield
        finally:
            self._slow_s = 0.0

    def put_out(self, name: str) -> None:
        """End a member's connection."""
        self._members[name].close(1012)

    def _admit(self, connection: ServerConnection, _: Request) -> Response | None:
        if self.too_many_handshakes == 0:
            return None
        self.too_many_handshakes -= 1
        return connection.respond(HTTPStatus.TOO_MANY_REQUESTS, "")

    def _meet(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        name = parse_qs(urlsplit(connection.request.path).query)["name"][0]
        if self.refuses is not None:
            connection.close(*self.refuses)
            return
        with self._lock:
            self._members[name] = connection
        limits = {"text": 4000, "image": 8 * 1024**2, "presence": 50}
        welcome = {"type": "welcome", "user": name, "room": "race", "server": SERVER}
        self._tell(connection, welcome | {"limits": limits, "seq": None, "count": 1, "members": []})
        try:
            for data in connection:
                self._hear(connection, name, data)
        except ConnectionClosed:
            pass
        with self._lock:
            if self._members.get(name) is connection:
                del self._members[name]

    def _hear(self, connection: ServerConnection, name: str, data: str | bytes) -> None:
        frame = json.loads(header_of(data) if isinstance(data, bytes) else data)
        if frame["type"] == "ping":
            self._tell(connection, {"type": "pong", "id": frame["id"]})
        elif frame.get("text") == "refuse me":
            error = {"type": "error", "code": "rate_limited", "detail": "no", "id": frame["id"]}
            self._tell(connection, error)
        else:
            message = {"type": "message", "seq": None, "id": frame["id"], "user": name, "at": AT}
            self._take(message | {"text": frame.get("text", "")})

    def _take(self, message: dict[str, Any]) -> None:
        """Hold a message back, or send it, with the held messages after "let go"."""
        if message["text"] == "hold this":
            self._held.append(message)
            return
        held = self._held if message["text"] == "let go" else []
        if self._slow_s > 0 and len(self._members) > self._slow_above:
            threading.Timer(self._slow_s, self._spread, (message,)).start()
            return
        for each in (message, *held):
            self._spread(each)
        held.clear()

    def _spread(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._said += 1
            loses = self._said % 3 == 0
            times = 2 if message["text"] == "twice" else 1
            for name, connection in self._members.items():
                if loses and name in self.losing:
                    continue
                for _ in range(times):
                    self._tell(connection, message)
            if message["text"] == "put one out":
                self._members["Ann 2"].close(1012)

    def _tell(self, connection: ServerConnection, frame: dict[str, Any]) -> None:
        with contextlib.suppress(ConnectionClosed):  # the connection's thread handles it
            connection.send(json.dumps(frame))
