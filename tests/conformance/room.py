"""Members of a room, who speak `chat.v1`."""

import contextlib
import itertools
import json
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tests.conformance.connection import WAIT_SECONDS, ClosedError, Connection

Frame = dict[str, Any]

_numbers = itertools.count(1)


class Member(Connection):
    """A connection that sends and receives frames as objects."""

    def frame(self, seconds: float = WAIT_SECONDS) -> Frame:
        """The next frame. Raises ClosedError and AssertionError."""
        text = self.receive(seconds)
        assert isinstance(text, str), "a server sends text frames"
        frame: Frame = json.loads(text)
        return frame

    def until(self, kind: str, seconds: float = WAIT_SECONDS, **fields: Any) -> Frame:
        """The next frame of this type with these fields; what comes before it is dropped."""
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
        """Say something, and return its id."""
        identifier = identifier or f"m{next(_numbers)}"
        self.send({"type": "say", "id": identifier, "text": text})
        return identifier

    def ping(self) -> str:
        """Send a ping, and return its id."""
        identifier = f"p{next(_numbers)}"
        self.send({"type": "ping", "id": identifier})
        return identifier

    def answers(self) -> list[Frame]:
        """All that comes before the answer to a ping: what was sent before it is handled by then.

        What goes by the room may come later.
        """
        return self.all_until("pong", id=self.ping())[:-1]

    def heard(self) -> list[Frame]:
        """All that the room was told before a word of one's own came round."""
        return self.all_until("message", id=self.say("over"))[:-1]

    def closed(self, seconds: float = WAIT_SECONDS) -> ClosedError:
        """How the server closes; what comes before is dropped."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.receive(deadline - time.monotonic())
        except ClosedError as closed:
            return closed


class Room:
    """A room that no other test is in; all who entered are gone when it is left."""

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

    def address(self, name: str) -> str:
        """Where a member of this name goes."""
        return socket_address(self.url, self.name, [("name", name)])

    def connect(self, name: str, **options: Any) -> Member:
        """A connection of which nothing is read yet."""
        return self.dial(self.address(name), **options)

    def dial(self, address: str, **options: Any) -> Member:
        """A connection to any address, which is closed with the room."""
        member = Member(address, **options)
        self._connections.callback(member.close)
        return member

    def enter(self, name: str, **options: Any) -> Member:
        """A member who has been welcomed."""
        member = self.connect(name, **options)
        welcome = member.frame()
        assert welcome["type"] == "welcome"
        return member

    def gather(self, *names: str) -> list[Member]:
        """Members who have all been told of each other, and have nothing more to be told."""
        members: list[Member] = []
        for name in names:
            newest = self.enter(name)
            for member in members:
                member.until("joined", user=name)
            members.append(newest)
        # The newest may still be told of those before, whom its welcome has already: over Redis,
        # what is on its way to a process reaches also who came to it since.
        settled = members[-1].say("settled")
        for member in members:
            member.until("message", id=settled)
        return members


def socket_address(url: str, room: str, query: Sequence[tuple[str, str]]) -> str:
    """The address of a room's socket; `room` as it stands in a path."""
    text = urlencode(query)
    return f"{url.replace('http', 'ws', 1)}/ws/rooms/{room}" + (f"?{text}" if text else "")
