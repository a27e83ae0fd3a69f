"""A member that follows the contract as a good client does, and records all that it receives."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.experiments.survival.http_history import fetch, record_of
from bench.experiments.survival.shelf import Shelf
from bench.experiments.survival.verdict import Sent, Taken

_HOLE_SECONDS = 1.0
"""The wait that the contract sets before a fetch: a missing message may only be late."""
_AGAIN_SECONDS = 0.1
_OPEN_SECONDS = 5.0


class Ledger:
    """What all members together sent, the acknowledgements, and counts of events."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.acked: dict[str, int] = {}
        self.acked_twice: list[str] = []
        self.refused: set[str] = set()
        """The ids that an error frame answered."""
        self.counts: Counter[str] = Counter()
        self.newest_ack: dict[str, int] = {}
        """The highest acknowledged seq, by room."""
        self.newest_answered: dict[str, float] = {}
        """The time at which the last acknowledged message was sent, by room."""
        self._sent_at: dict[str, float] = {}

    @property
    def unanswered(self) -> set[str]:
        """The ids without an ack and without an error."""
        return self.sent.keys() - self.acked.keys() - self.refused

    def note_sent(self, identifier: str, sent: Sent) -> None:
        """Record a message before its frame is sent."""
        self.sent[identifier] = sent
        self._sent_at[identifier] = time.monotonic()

    def note_ack(self, identifier: str, seq: int) -> None:
        """When it came."""
        if self.acked.setdefault(identifier, seq) != seq:
            self.acked_twice.append(identifier)
        room = self.sent[identifier].room
        self.newest_ack[room] = max(seq, self.newest_ack.get(room, 0))
        before = self.newest_answered.get(room, 0.0)
        self.newest_answered[room] = max(before, self._sent_at[identifier])


class Member:
    """Stays in its room until cancelled: reconnects with `since`, and fetches missing messages."""

    def __init__(self, url: str, room: str, name: str, ledger: Ledger) -> None:
        self.room = room
        self.name = name
        self.shelf = Shelf()
        self.connected = False
        self.away = False
        """Set while the member is cut off and must not reconnect."""
        self._url = url
        self._ledger = ledger
        self._socket: ClientConnection | None = None
        self._away_seconds = 0.0
        self._seen: set[int] = set()
        self._repeated: list[int] = []
        self._fetching: asyncio.Task[None] | None = None
        self._numbers = 0

    async def live(self) -> None:
        """Connect again and again, until cancelled."""
        try:
            while True:
                with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                    await self._visit()
                self.connected = False
                await asyncio.sleep(self._away_seconds or _AGAIN_SECONDS)
                self.away, self._away_seconds = False, 0.0
        finally:
            if self._fetching is not None:
                self._fetching.cancel()

    def cut(self, seconds: float) -> None:
        """Abort the connection, and do not reconnect for `seconds` seconds."""
        if self._socket is not None and self.connected:
            self.away, self._away_seconds = True, seconds
            self._ledger.counts["cuts"] += 1
            self._socket.transport.abort()

    async def say(self, text: str) -> str | None:
        """Send a message; returns its id, or None without a connection."""
        if self._socket is None or not self.connected:
            return None
        self._numbers += 1
        identifier = f"{self.name}-{self._numbers}"
        self._ledger.note_sent(identifier, Sent(self.room, self.name, text))
        frame = {"type": "say", "id": identifier, "text": text}
        with contextlib.suppress(OSError, WebSocketException):
            await self._socket.send(json.dumps(frame))
        return identifier

    def taken(self) -> Taken:
        """For the verdict."""
        return Taken(self.name, self.room, self.shelf.taken, self._repeated)

    async def _visit(self) -> None:
        since = self.shelf.last
        address = f"{self._url.replace('http', 'ws', 1)}/ws/rooms/{self.room}"
        address += f"?name={quote(self.name)}&since={since}"
        async with connect(
            address, compression=None, proxy=None, open_timeout=_OPEN_SECONDS
        ) as socket:
            self._socket = socket
            self._ledger.counts["connections"] += 1
            self._seen = set(range(1, since + 1))
            try:
                await self._read(socket)
            finally:
                code = None if self.away else socket.close_code
                self._ledger.counts[f"closed with {code}"] += code is not None

    async def _read(self, socket: ClientConnection) -> None:
        replayed = 0
        async for data in socket:
            frame = json.loads(data)
            if frame["type"] == "welcome":
                self.connected, replayed = True, frame["seq"]
            else:
                self._take(frame, replayed)

    def _take(self, frame: dict[str, Any], replayed: int) -> None:
        match frame["type"]:
            case "message":
                self._take_message(frame, replayed)
            case "ack":
                self._ledger.note_ack(frame["id"], frame["seq"])
            case "gap":
                self._ledger.counts["gaps"] += 1
                self._fetch(frame["after"] + 1, frame["before"] - 1, wait=0)
            case "error":
                self._ledger.counts[f"error {frame['code']}"] += 1
                self._ledger.refused.add(frame.get("id", ""))

    def _take_message(self, frame: dict[str, Any], replayed: int) -> None:
        record = record_of(frame)
        if record.seq in self._seen:
            self._repeated.append(record.seq)
        self._seen.add(record.seq)
        in_order = record.seq == self.shelf.last + 1
        if self.shelf.offer(record):
            how = "recovered by since" if record.seq <= replayed else "delivered live"
            self._ledger.counts[how] += 1
            self._ledger.counts["not in order"] += not in_order
        if (hole := self.shelf.hole) and self._fetching is None:
            self._fetch(*hole, wait=_HOLE_SECONDS)

    def _fetch(self, first: int, last: int, wait: float) -> None:
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_later(first, last, wait))

    async def _fetch_later(self, first: int, last: int, wait: float) -> None:
        await asyncio.sleep(wait)
        if self.shelf.last < last:
            self._ledger.counts["holes"] += 1
            for record in await fetch(self._url, self.room, max(first, self.shelf.last + 1), last):
                self._ledger.counts["fetched by HTTP"] += self.shelf.offer(record)
        self._fetching = None
        if hole := self.shelf.hole:
            self._fetch(*hole, wait=_HOLE_SECONDS)


async def until(done: Callable[[], bool], seconds: float) -> float | None:
    """Wait until `done()` is true; returns the seconds that it took, or None after `seconds`."""
    started = time.monotonic()
    while not done():
        if time.monotonic() - started > seconds:
            return None
        await asyncio.sleep(0.01)
    return time.monotonic() - started
