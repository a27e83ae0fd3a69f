"""All synthetic people, on every chat: on or off."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from bench.companion.company.group import Group, Pace
from bench.companion.company.texts import NAMES


class Company:
    """Without a `room`, nobody ever comes."""

    def __init__(self, backends: Mapping[str, str], room: str, pace: Pace | None = None) -> None:
        self._backends = backends
        self._room = room
        self._pace = pace or Pace()
        self._groups: list[asyncio.Task[None]] = []

    @property
    def status(self) -> dict[str, Any]:
        """For the client: the room, the names, and whether they are on."""
        return {
            "room": self._room or None,
            "people": list(NAMES) if self._room else [],
            "on": bool(self._groups),
        }

    async def set(self, on: bool) -> None:
        """They come, or they leave."""
        if on and self._room and not self._groups:
            groups = [
                Group(url, self._room, self._pace, random.Random())
                for url in self._backends.values()
            ]
            self._groups = [asyncio.create_task(each.run()) for each in groups]
        elif not on:
            leaving, self._groups = self._groups, []
            for task in leaving:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)
