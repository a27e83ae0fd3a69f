"""One case in one room: what was sent, what came to each member, and what was seen meanwhile."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any, Final

from bench.experiments.loss.accounting import missing
from bench.experiments.loss.member import Member, frame_of
from bench.experiments.loss.plan import MIB, SLOW_RATE, STOP_S, Case
from bench.experiments.loss.watch import Watch
from bench.stack import kernel
from bench.stack.observed_stack import ObservedStack

SENDER, OTHER, READER = "sender", "other", "reader"
SEND_S: Final = 30.0
"""After so long, a sender gives up: the server does not read."""
QUIET_S: Final = 2.5
"""With nothing arriving for so long, the rest is missing."""
_POLL_S: Final = 0.05
_LOG_LINES: Final = 5


class CaseRun:
    """The members of one case; `run` gives what the raw file says of it."""

    def __init__(self, stack: ObservedStack, case: Case) -> None:
        self._stack = stack
        self._case = case
        self._sent: list[float] = []
        pause = 1 / SLOW_RATE if case.reader == "slow" else 0.0
        self._members = {
            SENDER: Member(SENDER, self._sent_at),
            OTHER: Member(OTHER, self._sent_at),
            READER: Member(READER, self._sent_at, pause),
        }
        self._longest_send_s = 0.0
        self._details: list[str] = []
        self._log: list[str] = []

    async def run(self) -> dict[str, Any]:
        """Send everything, and wait until it has come or will not come. Raises OSError."""
        async with AsyncExitStack() as opened:
            ports = {}
            for name, member in self._members.items():
                opened.push_async_callback(member.leave)
                ports[name] = await member.enter(self._stack.ws_url("gallery", name))
            listening = [asyncio.create_task(each.listen()) for each in self._members.values()]
            with Watch(self._stack, ports) as watch:
                stopping = asyncio.create_task(self._stop_reading(ports[READER]))
                await self._send_all()
                await stopping
                await self._wait()
                counted, self._log = watch.counted(), _last_words(self._stack)
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
        return self._found(watch, counted)

    def _sent_at(self, number: int) -> float | None:
        return self._sent[number] if number < len(self._sent) else None

    async def _stop_reading(self, port: int) -> None:
        if self._case.reader != "stops":
            return
        reader = self._members[READER]
        reader.reading.clear()
        stop_s = STOP_S if self._case.stop_s is None else self._case.stop_s
        await asyncio.sleep(stop_s * 0.9)
        # The sockets are asked while the reader still stands.
        self._details = await asyncio.to_thread(kernel.socket_details, port, self._stack.port)
        await asyncio.sleep(stop_s * 0.1)
        reader.reading.set()

    async def _send_all(self) -> None:
        case, sender = self._case, self._members[SENDER]
        frame = frame_of(case.kind, case.size)
        start = time.monotonic()
        for number in range(case.count):
            if case.rate is not None:
                await asyncio.sleep(max(0.0, start + number / case.rate - time.monotonic()))
            before = time.monotonic()
            self._sent.append(before)
            try:
                async with asyncio.timeout(SEND_S):
                    went = await sender.send(frame(number))
            except TimeoutError:
                went = False
            self._longest_send_s = max(self._longest_send_s, time.monotonic() - before)
            if not went:
                break
            # A send that need not wait gives the members of this process no turn to read.
            await asyncio.sleep(0)

    async def _wait(self) -> None:
        """Until every open connection has brought all, or none has brought anything for a while."""
        began = time.monotonic()
        while not self._complete():
            newest = max(each.last_arrival for each in self._members.values())
            if time.monotonic() > max(newest, began) + QUIET_S:
                break
            await asyncio.sleep(_POLL_S)

    def _complete(self) -> bool:
        """Whether each member has every message that can still come."""
        sender = self._members[SENDER]
        expected = len(self._sent) - len(sender.refused)
        return all(
            each.end is not None or len(each.arrived) >= expected for each in self._members.values()
        )

    def _found(self, watch: Watch, counted: dict[str, int]) -> dict[str, Any]:
        observed = self._stack.observed()
        case = self._case
        return {
            "case": case.name,
            "content": case.kind,
            "size": case.size,
            "count": case.count,
            "rate": case.rate,
            "reader": case.reader,
            "receive_buffer": case.receive_buffer,
            "written": len(self._sent),
            "longest_send_s": round(self._longest_send_s, 3),
            "members": {name: self._of(member) for name, member in self._members.items()},
            "before_mib": round(watch.before_bytes / MIB, 1),
            "peak_mib": round(max(watch.peak_bytes, watch.before_bytes) / MIB, 1),
            "layer_dropped": observed.dropped,
            "layer_longest_queue": observed.longest_queue,
            "kernel": counted,
            "unread": watch.unread,
            "unsent": watch.unsent,
            "redis_waiting": watch.redis_waiting,
            "sockets": self._details,
            "log": self._log,
        }

    def _of(self, member: Member) -> dict[str, Any]:
        anywhere = set().union(*(each.arrived for each in self._members.values()))
        sender = self._members[SENDER]
        return {
            "arrived": len(member.arrived),
            "repeated": member.arrived.total() - len(member.arrived),
            "reordered": member.reordered,
            "missing": missing(
                len(self._sent),
                sender.refused,
                sender.end,
                anywhere,
                member.arrived,
                member.end,
            ),
            "end": member.end,
            "longest_wait_s": round(member.longest_wait_s, 3),
        }


def _last_words(stack: ObservedStack) -> list[str]:
    """The last lines that the server wrote, each once; the inner lines of a traceback apart."""
    lines = "\n".join(child.output() for child in stack.children).splitlines()
    told = dict.fromkeys(line[:200] for line in lines if line.strip() and not line.startswith(" "))
    return list(told)[-_LOG_LINES:]
