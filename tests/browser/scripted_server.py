"""A server inside a test: it sends the test's frames in place of the chat's server."""

import json
import re
import struct
import time
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

SOCKETS = re.compile(r"/ws/rooms/")
SERVER = {
    "framework": "fastapi",
    "server": "uvicorn",
    "fanout": "memory",
    "history": "sqlite",
    "version": "1.0",
    "pid": 4711,
}
AT = 1_790_000_000_000
_WAIT_SECONDS = 20.0


def header_of(frame: bytes) -> bytes:
    """The JSON header of an image's binary frame."""
    (length,) = struct.unpack_from(">I", frame)
    return frame[4 : 4 + length]


class ScriptedServer:
    """Answers the page's sockets. The page and its files come from a real chat."""

    sockets = SOCKETS
    """The addresses that this server answers."""

    def __init__(self, page: Page, **welcome: Any) -> None:
        self.welcome = {
            "type": "welcome",
            "user": "Ann",
            "room": "stage",
            "server": SERVER,
            "limits": {"text": 4000, "image": 8 * 1024**2, "presence": 50},
            "seq": None,
            "count": 2,
            "members": ["Ann", "Bob"],
        } | welcome
        self.said: list[dict[str, Any]] = []
        """All frames from the page except pings."""
        self.away = False
        """Whether the server closes every new connection."""
        self._socket: WebSocketRoute | None = None
        self._page = page
        page.route_web_socket(self.sockets, self._meet)

    def heard(self, count: int) -> list[dict[str, Any]]:
        """The first `count` frames of `said`; the page shows a frame as sent before it is here."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while len(self.said) < count:
            assert time.monotonic() < deadline, f"the page sent {self.said}"
            self._page.evaluate("0")  # frames arrive while Playwright waits for an answer
        return self.said[:count]

    def send(self, type_: str, **fields: Any) -> None:
        """Send a frame to the page."""
        assert self._socket is not None, "nobody is connected"
        self._socket.send(json.dumps({"type": type_} | fields))

    def say(self, user: str, text: str, *, id_: str = "", seq: int | None = None) -> None:
        """Send a member's message."""
        number = f"{len(self.said)}-{text[:40]}"
        self.send("message", seq=seq, id=id_ or number, user=user, text=text, at=AT)

    def show(
        self,
        user: str,
        name: str,
        picture: bytes,
        mime: str = "image/png",
        *,
        seq: int | None = None,
    ) -> None:
        """Send a member's photo."""
        assert self._socket is not None, "nobody is connected"
        header = json.dumps(
            {"type": "image", "seq": seq, "id": f"photo {name}", "user": user}
            | {"mime": mime, "name": name, "at": AT}
        ).encode()
        self._socket.send(struct.pack(">I", len(header)) + header + picture)

    def close(self, code: int, reason: str = "") -> None:
        """End the connection."""
        assert self._socket is not None, "nobody is connected"
        self._socket.close(code=code, reason=reason)

    def _meet(self, socket: WebSocketRoute) -> None:
        if self.away:
            socket.close(code=1012, reason="")
            return
        self._socket = socket
        socket.on_message(self._hear)
        socket.send(json.dumps(self.welcome))

    def _hear(self, data: str | bytes) -> None:
        frame = json.loads(data if isinstance(data, str) else header_of(data))
        if frame["type"] == "ping":
            self.send("pong", id=frame["id"])
        else:
            self.said.append(frame)
