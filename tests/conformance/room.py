"""Members of a room, which use `chat.v1`."""

import contextlib
import itertools
import json
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tests.conformance.connection import WAIT_SECONDS, ClosedError, Connection

Frame = dict[str, Any]

_numbers = itertools.count(1)


class Member(Connection):
    """A connection that sends and receives frames as objects.

    The frame of an image also has its `picture`. Acks are kept apart, so that a scenario is the
    same with and without a history.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self.acks: list[Frame] = []
        """The received acks, in order."""
        self._kept: deque[Frame] = deque()
        super().__init__(url, **options)

    def frame(self, seconds: float = WAIT_SECONDS) -> Frame:
        """The next frame that is not an ack. Raises ClosedError and AssertionError."""
        if self._kept:
            return self._kept.popleft()
        deadline = time.monotonic() + seconds
        while (frame := self._read_frame(deadline - time.monotonic()))["type"] == "ack":
            self.acks.append(frame)
        return frame

    def ack(self, identifier: str, seconds: float = WAIT_SECONDS) -> Frame:
        """The ack of the message with this id; earlier frames are kept."""
        deadline = time.monotonic() + seconds
        while not any(ack["id"] == identifier for ack in self.acks):
            frame = self._read_frame(deadline - time.monotonic())
            (self.acks if frame["type"] == "ack" else self._kept).append(frame)
        return next(ack for ack in self.acks if ack["id"] == identifier)

    def until(self, kind: str, seconds: float = WAIT_SECONDS, **fields: Any) -> Frame:
        """The next frame of this type with these fields; earlier frames are dropped."""
        return self.all_until(kind, seconds, **fields)[-1]

    def all_until(self, kind: str, seconds: float = WAIT_SECONDS, **fields: Any) -> list[Frame]:
        """All frames up to one of this type with these fields, which is the last."""
        wanted = {"type": kind} | fields
        deadline = time.monotonic() + seconds
        frames = [self.frame(deadline - time.monotonic())]
        while not wanted.items() <= frames[-1].items():
            frames.append(self.frame(deadline - time.monotonic()))
        return frames

    def send(self, frame: Frame) -> None:
        """Send a frame."""
        self.send_text(json.dumps(frame, ensure_ascii=False))

    def say(self, text: str, identifier: str | None = None) -> str:
        """Send a message, and return its id."""
        identifier = identifier or f"m{next(_numbers)}"
        self.send({"type": "say", "id": identifier, "text": text})
        return identifier

    def send_image(self, picture: bytes, identifier: str | None = None, **header: Any) -> str:
        """Send an image, and return its id."""
        identifier = identifier or f"i{next(_numbers)}"
        fields = {"type": "image", "id": identifier, "mime": "image/png", "name": "a"} | header
        self.send_binary(image_frame(json.dumps(fields, ensure_ascii=False), picture))
        return identifier

    def ping(self) -> str:
        """Send a ping, and return its id."""
        identifier = f"p{next(_numbers)}"
        self.send({"type": "ping", "id": identifier})
        return identifier

    def answers(self) -> list[Frame]:
        """All frames before the answer to a ping; all earlier frames are handled by then.

        Frames by the fan-out may come later.
        """
        return self.all_until("pong", id=self.ping())[:-1]

    def heard(self) -> list[Frame]:
        """All frames of the room before a message of this member comes back."""
        return self.all_until("message", id=self.say("over"))[:-1]

    def messages(self, count: int) -> list[Frame]:
        """The next `count` messages and images; other frames are dropped."""
        found: list[Frame] = []
        while len(found) < count:
            frame = self.frame()
            if frame["type"] in ("message", "image"):
                found.append(frame)
        return found

    def closed(self, seconds: float = WAIT_SECONDS) -> ClosedError:
        """How the server closes; earlier frames are dropped."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.receive(deadline - time.monotonic())
        except ClosedError as closed:
            return closed

    def _read_frame(self, seconds: float) -> Frame:
        data = self.receive(seconds)
        if isinstance(data, str):
            frame: Frame = json.loads(data)
            return frame
        end = 4 + int.from_bytes(data[:4], "big")
        frame = json.loads(data[4:end])
        return frame | {"picture": data[end:]}


class Room:
    """A room that no other test uses; at the end of the block, all its connections are closed."""

    def __init__(self, url: str, name: str | None = None) -> None:
        self.url = url
        self.name = name or f"room-{next(_numbers)}-{time.monotonic_ns():x}"
        self._connections = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connections.close()

    def address(self, name: str | None, since: int | None = None) -> str:
        """The URL for a member with this name; None if the identity comes in another way."""
        query = [("name", name), ("since", since)]
        return socket_address(
            self.url, self.name, [(key, str(each)) for key, each in query if each is not None]
        )

    def connect(self, name: str | None, *, since: int | None = None, **options: Any) -> Member:
        """A connection; no frame is read yet."""
        return self.dial(self.address(name, since), **options)

    def dial(self, address: str, **options: Any) -> Member:
        """A connection to any URL, which is closed with the room."""
        member = Member(address, **options)
        self._connections.callback(member.close)
        return member

    def enter(self, name: str, **options: Any) -> Member:
        """A member after its welcome."""
        member = self.connect(name, **options)
        welcome = member.frame()
        assert welcome["type"] == "welcome"
        return member

    def gather(self, *names: str) -> list[Member]:
        """Members that have received every `joined` of each other."""
        members: list[Member] = []
        for name in names:
            newest = self.enter(name)
            for member in members:
                member.until("joined", user=name)
            members.append(newest)
        return members


def image_frame(header: str, picture: bytes) -> bytes:
    """A binary frame."""
    data = header.encode()
    return len(data).to_bytes(4, "big") + data + picture


def socket_address(url: str, room: str, query: Sequence[tuple[str, str]]) -> str:
    """The URL of a room's socket; `room` is already encoded for a path."""
    text = urlencode(query)
    return f"{url.replace('http', 'ws', 1)}/ws/rooms/{room}" + (f"?{text}" if text else "")
