"""A member that behaves as the browser client does: pings, gives up, waits, comes back."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from typing import Any, Final
from urllib.parse import quote

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.load.histogram import Histogram

PING_EVERY_S: Final = 3.0
SILENCE_S: Final = 10.0
LONGEST_SILENCE_S: Final = 60.0
LEAVING_S: Final = 2.0
"""As in shared_client/network/connection.js; LEAVING_S delays a reconnect after a silence."""
FIRST_S: Final = 0.5
LONGEST_S: Final = 15.0
STABLE_S: Final = 10.0
"""As in shared_client/network/backoff.js."""


class Member:
    """Stays in its room until cancelled.

    Messages have numbers from 0; `sent_at` has the times at which they were sent. `host` is the
    address from which the member connects.
    """

    def __init__(
        self,
        url: str,
        room: str,
        name: str,
        sent_at: list[float],
        chance: random.Random,
        host: str | None = None,
    ) -> None:
        self.live: set[int] = set()
        self.replayed: set[int] = set()
        self.repeated = 0
        self.welcomed_at: list[float] = []
        """The times of all welcomes, by the monotonic clock."""
        self.ended_at: list[float] = []
        """The times at which an open connection ended."""
        self.closings: Counter[int | None] = Counter()
        """The close codes with which they ended."""
        self.arrived_at: dict[int, float] = {}
        """The first arrival of each message, by the monotonic clock."""
        self.latency = Histogram()
        self.words: set[str] = set()
        """The ids of further messages, which are not counted."""
        self._room = f"{url.replace('http', 'ws', 1)}/ws/rooms/{room}?name={quote(name)}"
        self._local = None if host is None else (host, 0)
        self._sent_at = sent_at
        self._chance = chance
        self._socket: ClientConnection | None = None
        self._since: int | None = None
        self._ahead: set[int] = set()
        self._replay_ends = 0
        self._attempt = 0
        self._silences = 0
        self._gone = asyncio.Event()
        self._retry = asyncio.Event()
        self._network = asyncio.Event()
        self._network.set()

    @property
    def taken(self) -> set[int]:
        """All messages that came."""
        return self.live | self.replayed

    async def stay(self) -> None:
        """Connect, and connect again after each loss, until cancelled."""
        while True:
            held = await self._visit()
            if held is not None and held >= LONGEST_SILENCE_S:
                self._silences = 0
            self._attempt = 0 if held is not None and held >= STABLE_S else self._attempt + 1
            ceiling = min(LONGEST_S, FIRST_S * 2**self._attempt)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._chance.random() * ceiling):
                    await self._retry.wait()
            await self._network.wait()
            self._retry.clear()

    def lose_network(self) -> None:
        """The operating system says that the network is gone: the connection ends at once.

        Every attempt fails until `find_network`, as in a browser that is offline.
        """
        self._network.clear()
        self._gone.set()
        if self._socket is not None:
            self._socket.transport.abort()

    def find_network(self) -> None:
        """The operating system says that the network is there again: a new attempt at once."""
        self._network.set()
        self._retry.set()

    async def say(self, identifier: str) -> bool:
        """Send a message; False if there is no connection."""
        if self._socket is None:
            return False
        frame = {"type": "say", "id": identifier, "text": identifier}
        try:
            await self._socket.send(json.dumps(frame))
        except (OSError, WebSocketException):
            return False
        return True

    async def _visit(self) -> float | None:
        """One connection from its handshake to its end; the seconds for which it was open."""
        self._gone.clear()
        patience = min(LONGEST_SILENCE_S, SILENCE_S * 2**self._silences)
        address = self._room + ("" if self._since is None else f"&since={self._since}")
        try:
            socket = await connect(
                address,
                compression=None,
                proxy=None,
                local_addr=self._local,
                open_timeout=patience,
                close_timeout=LEAVING_S,
                ping_interval=None,
            )
        except TimeoutError:
            self._silences += 1
            return None
        except (OSError, WebSocketException):
            return None
        began = time.monotonic()
        self._socket = socket
        try:
            await self._listen(socket, patience)
        finally:
            self._socket = None
            self.ended_at.append(time.monotonic())
            self.closings[socket.close_code] += 1
            if self._gone.is_set():
                socket.transport.abort()
            await socket.close()
        return time.monotonic() - began

    async def _listen(self, socket: ClientConnection, patience: float) -> None:
        """Read until the connection ends, or nothing has come for `patience` after a ping."""
        pinged: float | None = None
        heard = time.monotonic()
        next_ping = heard
        with contextlib.suppress(OSError, WebSocketException):
            while not self._gone.is_set():
                now = time.monotonic()
                if now >= next_ping:
                    if pinged is None or heard >= pinged:
                        await socket.send(json.dumps({"type": "ping", "id": "p"}))
                        pinged = now
                    elif now - pinged >= patience:
                        self._silences += 1
                        return
                    next_ping = now + PING_EVERY_S
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, next_ping - now)):
                        data = await socket.recv()
                    heard = time.monotonic()
                    self._take(json.loads(data), heard)

    def _take(self, frame: dict[str, Any], now: float) -> None:
        match frame["type"]:
            case "welcome":
                self.welcomed_at.append(now)
                self._welcomed(frame["seq"])
            case "message":
                seq = frame["seq"]
                if seq is not None:
                    self._hold(seq)
                if frame["id"].isdecimal():
                    self._note(int(frame["id"]), seq is not None and seq <= self._replay_ends, now)
                else:
                    self.words.add(frame["id"])

    def _welcomed(self, seq: int | None) -> None:
        """Without a history there is no seq. At the first time, nothing is replayed."""
        if self._since is None:
            self._since = seq
        self._replay_ends = seq or 0

    def _hold(self, seq: int) -> None:
        """Move `since` on to the last seq before which none is missing."""
        self._ahead.add(seq)
        while (self._since or 0) + 1 in self._ahead:
            self._since = (self._since or 0) + 1
            self._ahead.remove(self._since)

    def _note(self, number: int, replayed: bool, now: float) -> None:
        if number in self.arrived_at:
            self.repeated += 1
            return
        self.arrived_at[number] = now
        if replayed:
            self.replayed.add(number)
            return
        self.live.add(number)
        waited = round((now - self._sent_at[number]) * 1e6)
        self.latency.record(np.array([waited], dtype=np.int64))
