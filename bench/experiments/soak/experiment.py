"""`chatbench run --experiment soak`: all arms at once, with a beat and an expiry of seconds."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Final

from bench.declared.arms import Arm
from bench.experiments.soak.room import SoakedRoom
from bench.stack.hurried_stack import HurriedStack
from bench.stack.stack import BENCHMARK_SETTINGS

SEED: Final = 20261121
SECONDS: Final = 600.0
NUMBERS: Final = {
    "PROCESS_BEAT_SECONDS": 1,
    "PROCESS_DEAD_SECONDS": 10,
    "GROUP_EXPIRY_SECONDS": 4,
}
"""In seconds; an ordinary server beats every 5 s, and a membership expires after minutes."""

_PROGRESS_SECONDS: Final = 30.0

Say = Callable[[str], None]


class SoakStack(HurriedStack):
    """A stack in which an unrenewed membership ends within seconds."""

    start_seconds = 180  # all the others run meanwhile
    serve = ("bench.stack.hurried", ",".join(f"{name}={value}" for name, value in NUMBERS.items()))


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline has no memberships."


def default(arm: Arm) -> bool:
    """Whether it does where none is named."""
    return can(arm) is None


def of_arm(arm: Arm, seconds: float | None, seed: int, say: Say) -> dict[str, Any]:
    """One arm's entry of the raw file, where it is soaked alone."""
    return of_arms([arm], seconds, seed, say)[0]


def of_arms(
    arms: Sequence[Arm], seconds: float | None, seed: int, say: Say
) -> list[dict[str, Any]]:
    """The entries of all arms, soaked at once."""
    seconds = SECONDS if seconds is None else seconds
    with ExitStack() as running:
        stacks = []
        for arm in arms:
            # Several processes where they can share a room; more than one hear each other then.
            workers = 1 if arm.fanout == "memory" else 2
            stack = SoakStack(arm, workers=workers, environ=BENCHMARK_SETTINGS)
            stacks.append(running.enter_context(stack))
            say(f"up: {arm.id}")
        rooms = [SoakedRoom(stack, random.Random(f"{seed} {stack.arm.id}")) for stack in stacks]
        asyncio.run(_soak(rooms, seconds, say))
    entries = [{"seconds": seconds, "numbers": NUMBERS} | room.report() for room in rooms]
    for room, entry in zip(rooms, entries, strict=True):
        say(f"{room.arm.id}: {_words(entry)}")
    return entries


def failure(entries: Sequence[dict[str, Any]]) -> str | None:
    """One sentence where somebody went deaf or was put out, else None."""
    failed = [entry["arm"]["id"] for entry in entries if not entry["holds"]]
    return f"Members went deaf or were put out: {', '.join(failed)}." if failed else None


async def _soak(rooms: Sequence[SoakedRoom], seconds: float, say: Say) -> None:
    try:
        for room in rooms:
            await room.enter()
        progress = asyncio.create_task(_tell(rooms, seconds, say))
        await asyncio.gather(*(room.talk(seconds) for room in rooms))
        progress.cancel()
    finally:
        await asyncio.gather(*(room.leave() for room in rooms))


async def _tell(rooms: Sequence[SoakedRoom], seconds: float, say: Say) -> None:
    started = time.monotonic()
    while True:
        await asyncio.sleep(min(_PROGRESS_SECONDS, seconds / 4))
        said = sum(len(room.said) for room in rooms)
        missing = sum(room.missing for room in rooms)
        elapsed = time.monotonic() - started
        say(f"{elapsed:.0f} of {seconds:.0f} s: {said} messages said, {missing} on their way")


def _words(entry: dict[str, Any]) -> str:
    what = (
        f"{entry['said']} messages to {entry['members']} members, {entry['missing']} deliveries "
        f"missing, {entry['repeated']} repeated, {entry['refused']} messages refused"
    )
    if entry["holds"]:
        return f"nobody went deaf; {what}"
    return f"deaf: {entry['deaf']}, put out: {entry['closed']}; {what}"
