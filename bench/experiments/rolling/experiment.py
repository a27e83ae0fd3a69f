"""`chatbench run --experiment rolling`: a deploy, as members of the browser client's kind see it.

For each process of the chat: a new one starts beside it, then the old one is asked to stop. The
next pair follows when all members are inside again.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bench.declared.arms import Arm
from bench.errors import BenchError
from bench.experiments.network.member import Member
from bench.experiments.survival.client import until
from bench.stack.child import Child
from bench.stack.replacing import wait_until_serving
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "rolling"
WORKERS: Final = 3
MEMBERS: Final = 30
RATE: Final = 10.0
"""Messages a second, of one member beside the counted ones."""
_BETWEEN_S: Final = 2.0
"""From the return of all members to the next process."""
_BACK_S: Final = 40.0
_STOP_S: Final = 20.0
_LAST_WORD_S: Final = 0.5
_LAST_WORDS: Final = 60
_ROOM: Final = "rolling"


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    if arm.kind != "chat":
        return "a baseline has no rooms to come back to."
    if arm.server not in ("daphne", "uvicorn"):
        return "its server is not a single process that can be replaced."
    return None if arm.fanout != "memory" else "its processes do not share their rooms."


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats over Redis, without a history and with PostgreSQL."""
    return can(arm) is None and arm.variant == "standard" and arm.fanout == "redis"


def of_arm(arm: Arm, _: float | None, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation."""
    with Stack(arm, workers=WORKERS, environ=BENCHMARK_SETTINGS) as stack:
        found = asyncio.run(Rolling(stack, random.Random(f"{seed} {arm.id}")).run())
    away = [seconds for member in found["members"] for seconds in member["away_s"]]
    lost = sum(member["lost"] for member in found["members"])
    replayed = sum(member["replayed"] for member in found["members"])
    say(
        f"{arm.id}: {len(away)} times away, {max(away, default=0.0):.2f} s at most; {lost} of "
        f"{MEMBERS * (found['sent'] - found['untaken'])} deliveries lost, {replayed} replayed"
    )
    return found


class _AtOnce(random.Random):
    """A writer with this chance never waits before it comes back.

    Otherwise it would be away while the members of its process are, and they would miss little.
    """

    def random(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class _Step:
    """The replacement of one process, by the monotonic clock."""

    began: float
    asked: float
    """When the old process was asked to stop."""
    ended: float
    inside: float
    all_inside: bool
    """Whether all members were inside at the time `inside`."""

    def holds(self, at: float) -> bool:
        """Whether a time is after the request to stop, and before the next step."""
        return self.asked <= at <= self.inside


class Rolling:
    """One rolling restart; call `run` once."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        self._stack = stack
        self._sent_at: list[float] = []
        self._steps: list[_Step] = []
        self._writer = Member(stack.url, _ROOM, "writer", self._sent_at, _AtOnce())
        self._members = [
            Member(
                stack.url, _ROOM, f"member-{number}", self._sent_at, random.Random(chance.random())
            )
            for number in range(MEMBERS)
        ]

    async def run(self) -> dict[str, Any]:
        """Replace every process under load, then let the members hear a last word."""
        every = [self._writer, *self._members]
        lives = [asyncio.create_task(member.stay()) for member in every]
        try:
            await self._must(self._all_inside, "Not all members came in")
            writing = asyncio.create_task(self._write())
            await asyncio.sleep(_BETWEEN_S)
            for old in list(self._stack.children):
                await self._replace(old)
            writing.cancel()
            await self._last_words()
            return self._report()
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)

    async def _replace(self, old: Child) -> None:
        """Replace one process, and wait until all members are inside again, for long enough."""
        began = time.monotonic()
        await asyncio.to_thread(wait_until_serving, self._stack, self._stack.start_worker())
        asked = time.monotonic()
        self._stack.children.remove(old)
        await asyncio.to_thread(old.stop, _STOP_S)
        ended = time.monotonic()
        await asyncio.sleep(_BETWEEN_S)
        inside = await until(self._all_inside, _BACK_S) is not None
        self._steps.append(_Step(began, asked, ended, time.monotonic(), inside))

    async def _must(self, done: Callable[[], bool], otherwise: str) -> None:
        if await until(done, _BACK_S) is None:
            raise BenchError(f"{otherwise}: {self._stack.arm.id}.")

    def _all_inside(self) -> bool:
        every = (self._writer, *self._members)
        return all(len(each.welcomed_at) > len(each.ended_at) for each in every)

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(1 / RATE)
            number = len(self._sent_at)
            self._sent_at.append(time.monotonic())
            if not await self._writer.say(str(number)):
                self._sent_at.pop()  # the writer is away itself, and keeps the message

    async def _last_words(self) -> None:
        for number in range(_LAST_WORDS):
            await self._writer.say(f"last word {number}")
            heard = await until(lambda: all(each.words for each in self._members), _LAST_WORD_S)
            if heard is not None:
                break

    def _report(self) -> dict[str, Any]:
        every = [self._writer, *self._members]
        taken = set[int]().union(*(member.taken for member in every))
        closings = sum((member.closings for member in self._members), Counter[int | None]())
        return {
            "workers": WORKERS,
            "rate": RATE,
            "sent": len(self._sent_at),
            "untaken": len(self._sent_at) - len(taken),
            "replaced": [self._replaced(step) for step in self._steps],
            "members": [_stayed(member, taken) for member in self._members],
            "closings": {str(code or "none"): times for code, times in closings.items()},
        }

    def _replaced(self, step: _Step) -> dict[str, Any]:
        """What became of the members of the process that was stopped."""
        ended = [at for each in self._members for at in each.ended_at if step.holds(at)]
        welcomed = [at for each in self._members for at in each.welcomed_at if step.holds(at)]
        return {
            "ready_s": round(step.asked - step.began, 3),
            "ended_s": round(step.ended - step.asked, 3),
            "back_s": round(max(welcomed, default=step.asked) - step.asked, 3)
            if step.all_inside
            else None,
            "cut": len(ended),
        }


def _stayed(member: Member, taken: set[int]) -> dict[str, Any]:
    returns = zip(member.ended_at, member.welcomed_at[1:], strict=False)
    return {
        "away_s": [round(back - gone, 4) for gone, back in returns],
        "live": len(member.live),
        "replayed": len(member.replayed),
        "lost": len(taken - member.taken),
        "repeated": member.repeated,
    }
