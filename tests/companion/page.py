"""A page's socket to the companion, for tests."""

import json
import time
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

Frame = dict[str, Any]
ORIGIN = "http://localhost:8001"
WAIT_S = 30.0


class Page:
    """A connected socket; `frames` has all received frames."""

    def __init__(self, url: str, origin: str | None = ORIGIN, **options: Any) -> None:
        headers = {"Origin": origin} if origin is not None else {}
        self._connected = ExitStack()
        self.socket = self._connected.enter_context(
            connect(
                f"{url.replace('http', 'ws', 1)}/members",
                additional_headers=headers,
                subprotocols=[Subprotocol("chat.v1")],
                proxy=None,
                max_queue=None,
                **options,
            )
        )
        self.frames: list[Frame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connected.close()

    def send(self, **frame: Any) -> None:
        """Say something."""
        self.socket.send(json.dumps(frame))

    def set(self, room: str, members: int) -> None:
        """Ask for this number of members in the room."""
        self.send(type="set", room=room, members=members)

    def next(self, seconds: float = WAIT_S) -> Frame:
        """The next frame."""
        frame: Frame = json.loads(self.socket.recv(timeout=seconds))
        self.frames.append(frame)
        return frame

    def until(self, kind: str, **fields: Any) -> Frame:
        """The next frame of this type with these fields."""
        wanted = {"type": kind} | fields
        deadline = time.monotonic() + WAIT_S
        while not wanted.items() <= (frame := self.next(deadline - time.monotonic())).items():
            pass
        return frame

    def until_there_are(self, members: int, *backends: str) -> None:
        """Wait until this number of members is connected on each of these backends."""
        missing = set(backends)
        while missing:
            frame = self.until("members", connected=members, wanted=members)
            missing.discard(frame["backend"])

    def told(self, kind: str, **fields: Any) -> list[Frame]:
        """All frames of this type with these fields until now."""
        wanted = {"type": kind} | fields
        return [frame for frame in self.frames if wanted.items() <= frame.items()]

    def closed(self) -> tuple[int, str]:
        """Read to the end: the close code and the reason."""
        with suppress(ConnectionClosed):
            while True:
                self.next()
        return self.socket.close_code or 0, self.socket.close_reason or ""
