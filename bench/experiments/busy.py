"""`chatbench run --experiment busy`: messages that arrive while a member's handler is busy."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, Final, Literal

from bench.declared.arms import Arm
from bench.experiments.loss.member import Member
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "busy"
BUSY_S: Final = 1.0
OWN: Final = 200
"""Messages that the busy member sends behind the one that keeps its handler busy."""
OTHERS: Final = 20
"""Messages of the other member, sent evenly while the handler is busy."""
_FIRST_OF_OTHERS: Final = 10_000
_ARRIVE_S: Final = 20.0
_POLL_S: Final = 0.01
_HOW: Final[tuple[Literal["await", "block"], ...]] = ("await", "block")


class BusyStack(Stack):
    """A stack whose handlers can be kept busy."""

    serve = ("bench.stack.busy",)


class _Timed(Member):
    """Notes how long each message took."""

    def __init__(self, name: str, sent_at: Callable[[int], float | None]) -> None:
        super().__init__(name, sent_at)
        self.order: list[int] = []
        self.waited: dict[int, float] = {}
        self._sent = sent_at

    def _note(self, number: int) -> None:
        super()._note(number)
        self.order.append(number)
        sent = self._sent(number)
        if sent is not None:
            self.waited[number] = self.last_arrival - sent


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline has no handlers."


def takes_part(arm: Arm, _: str) -> bool:
    """The standard chats without a history on Daphne and uvicorn, in memory and over Redis."""
    usual = arm.variant == "standard" and arm.history == "off"
    return arm.kind == "chat" and usual and arm.server in ("daphne", "uvicorn")


def of_arm(arm: Arm, _: float | None, __: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation."""
    cases = []
    for how in _HOW:
        with BusyStack(arm, environ=BENCHMARK_SETTINGS) as stack:
            cases.append(asyncio.run(_case(stack, how)))
        last = cases[-1]
        say(
            f"{arm.id}: {how} {BUSY_S:g} s: {last['came']} of {2 * last['sent']} came; the busy "
            f"member waited {last['busy_member_waited_s']:.2f} s, "
            f"the other {last['other_member_waited_s']:.2f} s"
        )
    return {"cases": cases}


async def _case(stack: Stack, how: Literal["await", "block"]) -> dict[str, Any]:
    sent: dict[int, float] = {}
    busy, other = (_Timed(name, sent.get) for name in ("busy", "other"))
    async with AsyncExitStack() as opened:
        for member in (busy, other):
            opened.push_async_callback(member.leave)
            await member.enter(stack.ws_url("desk", member.name))
        listening = [asyncio.create_task(member.listen()) for member in (busy, other)]
        await _say(busy, 0, f"{how} {BUSY_S:g}", sent)
        async with asyncio.TaskGroup() as talking:
            talking.create_task(_say_all(busy, range(1, OWN + 1), 0.0, sent))
            theirs = range(_FIRST_OF_OTHERS, _FIRST_OF_OTHERS + OTHERS)
            talking.create_task(_say_all(other, theirs, BUSY_S / OTHERS, sent))
        await _arrive((busy, other), len(sent))
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return {
        "how": how,
        "busy_s": BUSY_S,
        "sent": len(sent),
        "came": sum(len(member.arrived) for member in (busy, other)),
        "in_order": all(_in_order(member.order) for member in (busy, other)),
        "busy_member_waited_s": round(_longest(busy), 4),
        "other_member_waited_s": round(_longest(other), 4),
    }


async def _say_all(member: Member, numbers: range, pause_s: float, sent: dict[int, float]) -> None:
    for number in numbers:
        await asyncio.sleep(pause_s)
        await _say(member, number, "word", sent)


async def _say(member: Member, number: int, text: str, sent: dict[int, float]) -> None:
    sent[number] = time.monotonic()
    await member.send(json.dumps({"type": "say", "id": str(number), "text": text}))


async def _arrive(members: tuple[Member, ...], count: int) -> None:
    """Until all have come, or for long enough."""
    deadline = time.monotonic() + _ARRIVE_S
    # No event: what has come is counted in two places.
    while time.monotonic() < deadline and any(  # noqa: ASYNC110
        len(each.arrived) < count for each in members
    ):
        await asyncio.sleep(_POLL_S)


def _in_order(numbers: list[int]) -> bool:
    """Whether the messages of each sender came in the order of their numbers."""
    own = [number for number in numbers if number < _FIRST_OF_OTHERS]
    others = [number for number in numbers if number >= _FIRST_OF_OTHERS]
    return own == sorted(own) and others == sorted(others)


def _longest(member: _Timed) -> float:
    """The longest wait for a message of the other member, which no handler delayed."""
    return max(
        (wait for number, wait in member.waited.items() if number >= _FIRST_OF_OTHERS), default=0.0
    )
