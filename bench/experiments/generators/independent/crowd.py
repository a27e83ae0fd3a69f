"""The members of a cell: they join, say messages at random times, and note what comes."""

import asyncio
import gc
import json
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any, Final

from bench.experiments.generators.independent.connection import Connection, clock
from bench.experiments.generators.independent.ledger import Ledger, say

JOIN_S: Final = 30.0
SETTLED_S: Final = 0.25
"""With no news of a member for so long, what the joins cost the server is over."""
QUIET_S: Final = 2.0
"""With nothing arriving for so long after a step, the rest is lost."""
BUSY: Final = 0.9
"""A client that uses more of its core than this is what the step measured."""
LATE_US: Final = 50_000
_POLL_S: Final = 0.005


class Member:
    """One connection of the crowd."""

    def __init__(self, crowd: "Crowd", number: int, url: str) -> None:
        self.number = number
        self.room = number // crowd.room_size
        self.joined = asyncio.Event()
        self.connection = Connection(url, self._on_text)
        self._crowd = crowd

    def _on_text(self, at: float, text: bytes) -> None:
        frame = json.loads(text)
        if frame["type"] == "message":
            self._crowd.ledger.came(frame["id"], self.number, at)
        else:
            self._crowd.news = at
            if frame["type"] == "welcome":
                self.joined.set()


class Crowd:
    """The members of one cell. Raises OSError and NotJoinedError while they join."""

    def __init__(self, cell: dict[str, Any]) -> None:
        load = cell["load"]
        self.room_size: int = load["room_size"]
        self.ledger = Ledger("none")
        self.news = 0.0
        """When the newest frame came that is no message."""
        self._cell = cell
        self._text = "x" * load["payload"]
        self._chance = random.Random(cell.get("seed", 1))
        self._users: int = load["users"]
        self._members: list[Member] = []
        self._rooms: dict[int, frozenset[int]] = {}

    async def join(self) -> None:
        """Connect all members, and wait for their welcomes."""
        base, prefix = self._cell["url"].replace("http", "ws", 1), secrets.token_hex(4)
        for number in range(self._users):
            where = f"{base}/ws/rooms/{prefix}-{number // self.room_size}?name=i{number}"
            self._members.append(Member(self, number, where))
        for each in self._members:
            await each.connection.open()
        for room in {each.room for each in self._members}:
            own = (each.number for each in self._members if each.room == room)
            self._rooms[room] = frozenset(own)
        async with asyncio.timeout(JOIN_S):
            for each in self._members:
                await each.joined.wait()
        end = clock() + JOIN_S
        while True:
            left = min(self.news + SETTLED_S, end) - clock()
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def steps(self) -> list[dict[str, Any]]:
        """The steps of the cell in order, until the last one or the stop rule."""
        found: list[dict[str, Any]] = []
        gc.collect()
        gc.disable()  # a pause of the client would look like a pause of the server
        for number, step in enumerate(self._cell["steps"]):
            found.append(await self._step(f"s{number}", step))
            if self._stops(found):
                break
        gc.enable()
        return found

    def leave(self) -> None:
        """Hang up all members."""
        for each in self._members:
            each.connection.close()

    async def _step(self, name: str, step: dict[str, float]) -> dict[str, Any]:
        rate, seconds = step["rate"] * self._users, step["seconds"]
        self.ledger = Ledger(f"{name}w")
        await self._talk(rate, self._cell["warmup_s"])
        self.ledger = Ledger(name)
        cpu_s, start = time.process_time(), clock()
        await self._talk(rate, seconds)
        cpu_s, end = time.process_time() - cpu_s, clock()
        await self._all_came()
        in_window = sum(at <= end for at in self.ledger.arrivals)
        wall_s = end - start
        return self.ledger.summary() | {
            "rate": step["rate"],
            "seconds": wall_s,
            "delivered_in_window": in_window,
            "generator": {"cpu_s": cpu_s, "busy": cpu_s / wall_s},
        }

    async def _talk(self, rate: float, seconds: float) -> None:
        """Say messages at random times at this rate, all members together."""
        start = clock()
        for due in self._due(rate, start, start + seconds):
            wait = due - clock()
            # A client that is late sends at once, but its members still read in between.
            await asyncio.sleep(max(0.0, wait))
            self._say(due)
        await asyncio.sleep(max(0.0, start + seconds - clock()))

    def _due(self, rate: float, start: float, end: float) -> Iterator[float]:
        due = start
        while rate and (due := due + self._chance.expovariate(rate)) < end:
            yield due

    def _say(self, due: float) -> None:
        sender = self._chance.choice(self._members)
        identifier = self.ledger.send(due, clock(), self._rooms[sender.room])
        sender.connection.send(say(identifier, self._text))

    async def _all_came(self) -> None:
        began = clock()
        while not self.ledger.complete:
            if clock() > max(self.ledger.last, began) + QUIET_S:
                break
            await asyncio.sleep(_POLL_S)

    def _stops(self, found: list[dict[str, Any]]) -> bool:
        stop = self._cell.get("stop")
        if stop is None:
            return False
        newest = found[-1]
        if newest["generator"]["busy"] > BUSY or (stop.get("loss") and newest["ledger"]["lost"]):
            return True
        last = found[-stop.get("in_a_row", 1) :]
        slow = [each["latency_us"]["p99"] > stop["p99_ms"] * 1000 for each in last]
        return len(slow) == stop.get("in_a_row", 1) and all(slow)
