"""One arm's room in the soak: members that speak, members that are silent, what each has heard."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.envelope.soak import SoakSample
from bench.experiments.soak.churn import Churn
from bench.experiments.soak.watch import sample
from bench.stack.stack import Stack

ROOM: Final = "soak"
SPEAKERS: Final = 2
SILENT: Final = 4

_OPEN_SECONDS: Final = 30.0
_ANSWER_SECONDS: Final = 20.0
_LAST_WORD_SECONDS: Final = 0.5
LAST_WORDS: Final = 40
"""How often the last word is repeated. A member that hears none of them is deaf."""


class Member:
    """Stays in a room; `heard` counts the ids of the messages that came, and `came` is called."""

    def __init__(self, name: str, came: Callable[[str], None]) -> None:
        self.name = name
        self._came = came
        self.heard: Counter[str] = Counter()
        self.refused: set[str] = set()
        """Ids that were answered with an error."""
        self.closed: str | None = None
        """How the connection ended, where it did."""
        self.inside = asyncio.Event()
        self._socket: Any = None

    async def live(self, url: str) -> None:
        """Enter, and listen until cancelled. Does not come back: no connection may end."""
        try:
            async with connect(
                url, compression=None, proxy=None, open_timeout=_OPEN_SECONDS, ping_interval=None
            ) as self._socket:
                async for data in self._socket:
                    self._take(json.loads(data))
            self.closed = f"{self._socket.close_code} {self._socket.close_reason}".strip()
        except (OSError, WebSocketException) as error:
            self.closed = str(error) or type(error).__name__

    async def say(self, identifier: str) -> None:
        """Say something."""
        frame = {"type": "say", "id": identifier, "text": identifier}
        with contextlib.suppress(OSError, WebSocketException):
            await self._socket.send(json.dumps(frame))

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "welcome":
                self.inside.set()
            case "message":
                self.heard[frame["id"]] += 1
                self._came(frame["id"])
            case "error" if "id" in frame:
                self.refused.add(frame["id"])


class SoakedRoom:
    """`enter` first, then `talk`, then `report`; `leave` in any case."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        self.arm = stack.arm
        self._stack = stack
        self._chance = chance
        names = [f"speaker-{number}" for number in range(SPEAKERS)]
        self.said: list[str] = []
        self.churn = Churn(stack, ROOM)
        self._samples: list[SoakSample] = []
        self._said_at: dict[str, float] = {}
        self._latencies_us: list[int] = []
        names += [f"silent-{each}" for each in range(SILENT)]
        self.members = [Member(name, self._came) for name in names]
        self.speakers = self.members[:SPEAKERS]
        self.deaf: list[str] = []
        self._lives: list[asyncio.Task[None]] = []

    async def enter(self) -> None:
        """Have all members inside. Raises TimeoutError."""
        for member in self.members:
            url = self._stack.ws_url(ROOM, member.name)
            self._lives.append(asyncio.create_task(member.live(url)))
            async with asyncio.timeout(_OPEN_SECONDS):
                await member.inside.wait()

    async def talk(self, seconds: float, churn: float, sample_s: float) -> None:
        """Have the speakers speak about once a second each, then find out who is deaf.

        Meanwhile `churn` members a second come and go, and a sample is taken every `sample_s`.
        """
        beside = [
            asyncio.create_task(self.churn.go(churn)),
            asyncio.create_task(self._watch(sample_s)),
        ]
        async with asyncio.TaskGroup() as speaking:
            for speaker in self.speakers:
                speaking.create_task(self._speak(speaker, seconds))
        for task in beside:
            task.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        await self._last_words()

    async def leave(self) -> None:
        """Hang up."""
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    @property
    def missing(self) -> int:
        """Deliveries that have not come, until now."""
        said = self._expected()
        return sum(len(said - member.heard.keys()) for member in self.members)

    def report(self) -> dict[str, Any]:
        """What the raw file says of it; `missing` and `repeated` count deliveries."""
        closed = {each.name: each.closed for each in self.members if each.closed is not None}
        said = self._expected()
        return {
            "members": len(self.members),
            "said": len(self.said),
            "refused": len(self.said) - len(said),
            "deliveries": sum(len(said & member.heard.keys()) for member in self.members),
            "missing": self.missing,
            "repeated": sum(n - 1 for each in self.members for n in each.heard.values()),
            "deaf": self.deaf,
            "closed": closed,
            "holds": not self.deaf and not closed,
            "failed": self.churn.failed,
            "samples": msgspec.to_builtins(self._samples),
        }

    def _came(self, identifier: str) -> None:
        said_at = self._said_at.get(identifier)
        if said_at is not None:
            self._latencies_us.append(round((time.monotonic() - said_at) * 1e6))

    async def _watch(self, sample_s: float) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(sample_s)
            taken, self._latencies_us = self._latencies_us, []
            at_s, came = time.monotonic() - began, self.churn.connections
            self._samples.append(sample(self._stack, at_s, came, taken))

    def _expected(self) -> set[str]:
        return set(self.said).difference(*(speaker.refused for speaker in self.speakers))

    async def _speak(self, speaker: Member, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        ends = clock() + seconds
        while clock() < ends and speaker.closed is None:
            identifier = f"{speaker.name}-{len(self.said)}"
            self.said.append(identifier)
            self._said_at[identifier] = time.monotonic()
            await speaker.say(identifier)
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))

    async def _last_words(self) -> None:
        deaf = [member for member in self.members if member.closed is None]
        words: list[str] = []
        for number in range(LAST_WORDS):
            words.append(f"last-{number}")
            await self.speakers[number % SPEAKERS].say(words[-1])
            await asyncio.sleep(_LAST_WORD_SECONDS)
            deaf = [member for member in deaf if not any(map(member.heard.__contains__, words))]
            if not deaf and not self.missing:
                break
        self.deaf = [member.name for member in deaf]
