"""`chatbench run --experiment soak`: all arms at once, with a beat and an expiry of seconds."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Final

from bench.declared.arms import Arm
from bench.envelope.kinds import AnyObservation
from bench.envelope.soak import SoakEntry
from bench.experiments.arm_by_arm import entry
from bench.experiments.experiment import Context
from bench.experiments.soak.room import SoakedRoom
from bench.stack.hurried_stack import HurriedStack
from bench.stack.stack import BENCHMARK_SETTINGS

NAME: Final = "soak"
SECONDS: Final = 1200.0
"""`--seconds` gives another length."""
CHURN: Final = 1.0
"""Members a second of each arm that come and go meanwhile."""
SAMPLES: Final = 120
"""How often memory, descriptors and latency of an arm are read."""
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


def takes_part(arm: Arm, _: str) -> bool:
    """Whether it does where none is named."""
    return can(arm) is None


def measure(context: Context) -> Iterator[SoakEntry]:
    """All arms at once, unless the run has them already."""
    if not any(isinstance(each, SoakEntry) for each in context.done):
        found = of_arms(context.arms, context.seconds, context.seed, context.say)
        for arm, each in zip(context.arms, found, strict=True):
            yield entry(NAME, SoakEntry, arm, context, each)


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
    common = {"seconds": seconds, "numbers": NUMBERS, "churn": CHURN}
    entries = [common | room.report() for room in rooms]
    for room, found in zip(rooms, entries, strict=True):
        say(f"{room.arm.id}: {_words(found)}")
    return entries


def failure(observations: Sequence[AnyObservation]) -> str | None:
    """One sentence if a member went deaf or was closed, else None."""
    entries = (each for each in observations if isinstance(each, SoakEntry))
    failed = [each.arm for each in entries if not each.holds]
    return f"Members went deaf or were put out: {', '.join(failed)}." if failed else None


async def _soak(rooms: Sequence[SoakedRoom], seconds: float, say: Say) -> None:
    try:
        for room in rooms:
            await room.enter()
        progress = asyncio.create_task(_tell(rooms, seconds, say))
        await asyncio.gather(*(room.talk(seconds, CHURN, seconds / SAMPLES) for room in rooms))
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
        came = sum(room.churn.connections for room in rooms)
        say(
            f"{elapsed:.0f} of {seconds:.0f} s: {said} messages said, {missing} on their way; "
            f"{came} members came and went"
        )


def _words(entry: dict[str, Any]) -> str:
    what = (
        f"{entry['said']} messages to {entry['members']} members, {entry['missing']} deliveries "
        f"missing, {entry['repeated']} repeated, {entry['refused']} messages refused"
    )
    if entry["holds"]:
        return f"nobody went deaf; {what}"
    return f"deaf: {entry['deaf']}, put out: {entry['closed']}; {what}"
