"""One arm through a plan: members, writers, cuts and faults; then last messages, and the evidence.

The stack has several server processes, a local Redis and a local PostgreSQL.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from bench.experiments.survival.client import Ledger, Member, until
from bench.experiments.survival.faults import REMEDIES
from bench.experiments.survival.http_history import fetch
from bench.experiments.survival.plan import Fault, Plan, Size
from bench.experiments.survival.verdict import Evidence, Violation, judge
from bench.stack.stack import Stack

T = TypeVar("T")

_RECOVERY_SECONDS = 30.0
_LAST_WORD_SECONDS = 1.0
_ALPHABET = 'abcdefghijklmnopqrstuvwxyz äößñ 漢字 😀 "\\<>&\n\t'


class Survival:
    """One arm through one plan. Call `run` once; `report` then gives the raw result."""

    def __init__(self, stack: Stack, plan: Plan) -> None:
        self._stack = stack
        self._plan = plan
        self._ledger = Ledger()
        self._members = _members(stack.url, plan.size, self._ledger)
        self._faults: list[dict[str, Any]] = []

    async def run(self) -> Evidence:
        """Run the plan, wait until all has recovered, and collect the evidence."""
        async with asyncio.TaskGroup() as living:
            lives = [living.create_task(member.live()) for member in self._members]
            await until(lambda: all(each.connected for each in self._members), _RECOVERY_SECONDS)
            async with asyncio.TaskGroup() as storm:
                storm.create_task(self._cut())
                storm.create_task(self._fail())
                for writer in self._writers():
                    storm.create_task(self._write(writer))
            await self._settle()
            for life in lives:
                life.cancel()
        rooms = sorted({member.room for member in self._members})
        histories = {room: await fetch(self._stack.url, room, 1, None) for room in rooms}
        ledger = self._ledger
        members = [member.taken() for member in self._members]
        return Evidence(ledger.sent, ledger.acked, histories, members, ledger.acked_twice)

    def report(self, evidence: Evidence) -> dict[str, Any]:
        """Counts, faults with seconds until recovery (null: not in time), and the verdict."""
        violations: list[Violation] = judge(evidence)
        there = {record.id for history in evidence.histories.values() for record in history}
        unknown = evidence.sent.keys() - evidence.acked.keys()
        return {
            "sent": len(evidence.sent),
            "acknowledged": len(evidence.acked),
            "unacknowledged": len(unknown),
            "unacknowledged_but_there": len(unknown & there),
            "refused_but_there": len((self._ledger.refused - evidence.acked.keys()) & there),
            "in_history": len(there),
            "members": len(evidence.members),
            "taken": sum(len(each.records) for each in evidence.members),
            "counts": dict(sorted(self._ledger.counts.items())),
            "faults": self._faults,
            "violations": [each._asdict() for each in violations],
            "survived": not violations,
        }

    def _writers(self) -> list[Member]:
        return [member for member in self._members if member.name.startswith("writer")]

    async def _write(self, writer: Member) -> None:
        """Send messages at random times, at the planned rate, until the time is over."""
        chance = random.Random(f"{self._plan.seed} {writer.name}")
        clock = asyncio.get_running_loop().time
        ends = clock() + self._plan.size.seconds
        while True:
            await asyncio.sleep(chance.expovariate(self._plan.size.rate))
            if clock() > ends:
                return
            text = "".join(chance.choices(_ALPHABET, k=chance.randint(1, 200)))
            if await writer.say(text) is None:
                self._ledger.counts["not sent, not connected"] += 1

    async def _cut(self) -> None:
        await _in_time([(cut.at, cut) for cut in self._plan.cuts], self._cut_one)

    async def _cut_one(self, cut: Any) -> None:
        self._members[cut.member].cut(cut.away)

    async def _fail(self) -> None:
        await _in_time([(fault.at, fault) for fault in self._plan.faults], self._fail_one)

    async def _fail_one(self, fault: Fault) -> None:
        """Make the fault, repair it, and measure the time until recovery."""
        remedy = REMEDIES[fault.kind]
        await remedy.harm(self._stack, fault)
        if remedy.goes_on:
            async with asyncio.TaskGroup() as both:
                both.create_task(_later(fault.away, partial(remedy.mend, self._stack)))
                both.create_task(self._measure_recovery(fault))
        else:
            await _later(fault.away, partial(remedy.mend, self._stack))
            await self._measure_recovery(fault)

    async def _measure_recovery(self, fault: Fault) -> None:
        """Wait until every room acknowledges again, then until all connected members have all."""
        now, limit = asyncio.get_running_loop().time(), 2 * self._plan.size.quiet
        answered, newest = self._ledger.newest_answered, self._ledger.newest_ack
        rooms = self._plan.size.rooms
        acked_again = await until(lambda: sum(at > now for at in answered.values()) == rooms, limit)
        acked = dict(newest)
        whole_after = await until(
            lambda: all(_is_whole(member, acked) for member in self._members), limit
        )
        both = acked_again is not None and whole_after is not None
        self._faults.append(
            {
                "kind": fault.kind,
                "at_s": fault.at,
                "away_s": fault.away,
                "acked_again_s": acked_again,
                "whole_again_s": (acked_again or 0) + (whole_after or 0) if both else None,
            }
        )

    async def _settle(self) -> None:
        """Send a last message to every room, so that a member notices a missing end; then wait."""
        await self._answers_are_in()
        rooms = {member.room: member for member in self._writers()}
        last = await asyncio.gather(*(self._last_word(writer) for writer in rooms.values()))
        newest = dict(zip(rooms, last, strict=True))
        took = await until(
            lambda: all(member.shelf.last >= newest[member.room] for member in self._members),
            _RECOVERY_SECONDS,
        )
        self._ledger.counts["all whole at the end"] = int(took is not None)

    async def _answers_are_in(self) -> None:
        """Wait until no more answers come: a later commit would come after the last message."""
        left = len(self._ledger.unanswered) + 1
        while len(self._ledger.unanswered) < left:
            left = len(self._ledger.unanswered)
            await asyncio.sleep(_LAST_WORD_SECONDS)

    async def _last_word(self, writer: Member) -> int:
        acked = self._ledger.acked
        deadline = asyncio.get_running_loop().time() + _RECOVERY_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            said = await writer.say("the last word")
            if said is None:
                await asyncio.sleep(0.05)
            elif await until(partial(acked.__contains__, said), _LAST_WORD_SECONDS) is not None:
                return acked[said]
        return self._ledger.newest_ack.get(writer.room, 0)


def _members(url: str, size: Size, ledger: Ledger) -> list[Member]:
    kinds = ["writer"] * size.writers + ["reader"] * size.readers
    return [
        Member(url, f"room-{room}", f"{kind}-{room}-{number}", ledger)
        for room in range(size.rooms)
        for number, kind in enumerate(kinds)
    ]


def _is_whole(member: Member, acked: dict[str, int]) -> bool:
    """Whether a member has all acknowledged messages, or is not connected."""
    return member.away or member.shelf.last >= acked.get(member.room, 0)


async def _in_time(what: list[tuple[float, T]], do: Callable[[T], Awaitable[None]]) -> None:
    clock = asyncio.get_running_loop().time
    started = clock()
    for at, each in what:
        await asyncio.sleep(max(0.0, started + at - clock()))
        await do(each)


async def _later(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await do()
