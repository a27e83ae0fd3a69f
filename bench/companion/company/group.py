"""The synthetic people of one chat: they stay in the room, and talk while somebody listens."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from bench.companion.backoff import Backoff
from bench.companion.company.guest import FAILURES, Guest
from bench.companion.company.presence import Heard, Presence
from bench.companion.company.texts import NAMES, TALKS, Line
from chat_core.close_codes import CloseCode

_FINAL: Final = (CloseCode.BAD_HANDSHAKE, CloseCode.NOT_SIGNED_IN, CloseCode.NOT_INVITED)
_REFUSED_S: Final = 60.0
"""The wait after a refusal: guests are not allowed, or somebody registered the name."""

_LEAVE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Shortest and longest waits in seconds; `unheard` messages in a row without a sign of life."""

    apart: tuple[float, float] = (0.2, 0.6)
    """Between two arrivals, and between two departures."""
    first: tuple[float, float] = (2.0, 4.0)
    next: tuple[float, float] = (10.0, 20.0)
    typing: tuple[float, float] = (1.0, 2.0)
    unheard: int = 40
    """A page that somebody left open must not fill the history."""


class Group:
    """Keeps one connection for each name, and says the texts in turn."""

    def __init__(self, url: str, room: str, pace: Pace, chance: random.Random) -> None:
        self._url = url
        self._room = room
        self._pace = pace
        self._chance = chance
        self._guests: dict[str, Guest] = {}
        self._presence: dict[str, Presence] = {}
        """What each connected guest knows; they all hear the same."""
        self._unheard = 0
        self._listeners = asyncio.Event()
        self._door = asyncio.Lock()
        """They come one by one: the counts of joins at the same moment may cross on their way."""

    async def run(self) -> None:
        """Join, talk, and join again after every loss, until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for name in NAMES:
                    tasks.create_task(self._keep(name))
                tasks.create_task(self._talk())
        finally:
            await self._leave()

    async def _leave(self) -> None:
        """Leave the room one by one."""
        for guest in self._guests.values():
            if guest.connected:
                guest.leave()
                await asyncio.wait([guest.ended], timeout=_LEAVE_S)
                await self._wait(self._pace.apart)

    async def _keep(self, name: str) -> None:
        backoff = Backoff(self._chance)
        while True:
            guest = self._guests[name] = Guest(name, self._hear)
            try:
                async with self._door:
                    await guest.join(self._url, self._room)
                    await self._wait(self._pace.apart)
                code = await asyncio.shield(guest.ended)
            except FAILURES:
                code = 0
            self._presence.pop(name, None)
            self._note()
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(_REFUSED_S if code in _FINAL else backoff.next(now))

    def _hear(self, guest: Guest, frame: Heard) -> None:
        if frame.type == "welcome":
            self._presence[guest.name] = Presence(NAMES)
        presence = self._presence.get(guest.name)
        if presence is not None and presence.hear(frame) and presence is self._first():
            self._unheard = 0
        self._note()

    def _first(self) -> Presence | None:
        """What one guest knows: a frame counts once, and the others receive it later."""
        return next(iter(self._presence.values()), None)

    def _note(self) -> None:
        if self._has_listeners():
            self._listeners.set()
        else:
            self._listeners.clear()

    def _has_listeners(self) -> bool:
        first = self._first()
        return first is not None and first.others > 0 and self._unheard < self._pace.unheard

    async def _talk(self) -> None:
        lines = self._lines()
        while True:
            await self._listeners.wait()
            await self._wait(self._pace.first)
            while self._has_listeners():
                await self._say(next(lines))
                await self._wait(self._pace.next)

    async def _say(self, line: Line) -> None:
        self._guests[line.name].type()
        await self._wait(self._pace.typing)
        if self._has_listeners():
            self._guests[line.name].say(line.text)
            self._unheard += 1
            self._note()

    def _lines(self) -> Iterator[Line]:
        """All talks again and again; the first one says what these people are."""
        return (line for talk in cycle(TALKS) for line in talk)

    async def _wait(self, between: tuple[float, float]) -> None:
        await asyncio.sleep(self._chance.uniform(*between))
