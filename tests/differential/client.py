"""One client in one chat, and the same client in both."""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.conformance.connection import ClosedError, Connection, RefusedError
from tests.differential.transcript import STREAMS, Frame, Transcript, difference

_numbers = itertools.count(1)


class Client:
    """A connection to one chat that records its frames; `gone` after the connection has ended."""

    def __init__(self, url: str, patience: float, options: Mapping[str, Any]) -> None:
        self.heard = Transcript()
        self.gone = False
        self.silent = False
        """Whether an expected frame did not come."""
        self.newest = 0
        """The highest seq that it has received."""
        self._patience = patience
        self._connection: Connection | None = None
        try:
            self._connection = Connection(url, **options)
        except RefusedError as refused:
            self._end(f"refused with HTTP {refused.status}")

    def read_until(self, kind: str, **fields: Any) -> None:
        """Record frames up to one of this type with these fields, or to the close."""
        wanted = {"type": kind} | fields
        while not self.gone:
            frame = self._read()
            if frame is None:
                self.heard.alone.append(f"nothing more, but it waits for {kind}")
            elif wanted.items() <= frame.items():
                return

    def read_to_the_end(self) -> None:
        """Record frames up to the close."""
        while not self.gone:
            self._read()

    def send(self, frame: str | bytes) -> None:
        """Send a text or a binary frame."""
        if self._connection is None or self.gone:
            return
        if isinstance(frame, str):
            self._connection.send_text(frame)
        else:
            self._connection.send_binary(frame)

    def send_broken(self, data: bytes) -> None:
        """Send a text frame that is not UTF-8."""
        if self._connection is not None and not self.gone:
            self._connection.send_text(data)

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._connection is not None and not self.gone:
            self._connection.send_raw(data)

    def leave(self, code: int) -> None:
        """Send a close frame, and record its answer without earlier frames."""
        if self._connection is not None and not self.gone:
            closed = self._connection.say_goodbye(code)
            self._connection.close()
            self._end(f"goodbye answered with {closed.code}")

    def vanish(self) -> None:
        """Abort the connection."""
        if self._connection is not None and not self.gone:
            self._connection.vanish()
            self._end("vanished")

    def _read(self) -> Frame | None:
        assert self._connection is not None
        try:
            frame = self.heard.take(self._connection.receive(self._patience))
            self.newest = max(self.newest, frame.get("seq") or 0)
            return frame
        except ClosedError as closed:
            self._connection.close()
            self._end(f"closed with {closed.code} {closed.reason!r}")
            return {"type": "closed"}
        except AssertionError:
            self._connection.vanish()
            self.gone = self.silent = True
            return None

    def _end(self, how: str) -> None:
        self.heard.alone.append(how)
        self.gone = True


class Twin:
    """The same client in both chats."""

    def __init__(self, label: str, clients: Sequence[Client], names: Sequence[str]) -> None:
        self.label = label
        self._clients = clients
        self._names = names
        self.typed = False
        self.session: object = None
        """The session with which it joined, if any."""

    @property
    def gone(self) -> bool:
        """Whether it has left one of the chats."""
        return any(client.gone for client in self._clients)

    @property
    def newest(self) -> int:
        """The highest seq that it has received; 0 without a history."""
        return self._clients[0].newest

    def each(self, act: Callable[[Client], None]) -> None:
        """Do the same in both chats."""
        for client in self._clients:
            act(client)

    def send(self, *frames: str | bytes) -> None:
        """Send frames, one after another."""
        for frame in frames:
            self.each(lambda client, frame=frame: client.send(frame))  # type: ignore[misc]

    def send_object(self, frame: Frame) -> None:
        """Send a valid frame."""
        self.send(json.dumps(frame, ensure_ascii=False))

    def read_until(self, kind: str, **fields: Any) -> None:
        """Record frames up to such a frame, in both chats."""
        self.each(lambda client: client.read_until(kind, **fields))

    def ping(self) -> None:
        """Send a ping and read its answer: all earlier frames are handled then."""
        number = f"ping {next(_numbers)}"
        self.send_object({"type": "ping", "id": number})
        self.read_until("pong", id=number)

    def forget_the_room(self) -> None:
        """Drop frames from the room since the last comparison."""
        self.each(lambda client: client.heard.room.clear())

    def compare(self, *streams: str) -> None:
        """Raise AssertionError if the frames of the two chats since the last time differ.

        `streams` are some of `alone` and `room`; both without any.
        """
        heard = [client.heard for client in self._clients]
        for stream in streams or STREAMS:
            sides = [getattr(each, stream) for each in heard]
            if sides[0] != sides[1]:
                told = f"{self.label} ({stream})"
                raise AssertionError(difference(told, self._names, _without_common(sides)))
        silent = any(client.silent for client in self._clients)
        assert not silent, f"{self.label}: what must come comes from neither chat: {heard[0]}"
        for each in heard:
            each.clear(streams or STREAMS)


def compare_all(twins: Iterable[Twin]) -> None:
    """Compare the frames of each of these clients."""
    for twin in twins:
        twin.compare()


def _without_common(sides: Sequence[list[str]]) -> list[list[str]]:
    """Both lists from their first difference on."""
    common = 0
    while common < min(map(len, sides)) and sides[0][common] == sides[1][common]:
        common += 1
    return [side[common:][:10] for side in sides]
