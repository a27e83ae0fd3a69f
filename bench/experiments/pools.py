"""`chatbench run --experiment pools`: how many connections a server process opens to its engines.

The kernel's table of the process is read again and again, so nothing is asked of Redis or of
PostgreSQL, and a connection counts from its handshake to its end.
"""

import asyncio
import contextlib
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.declared.arms import Arm
from bench.envelope.pools import Phase
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

NAME: Final = "pools"
MEMBERS: Final = 300
ROOM: Final = 10
RATE: Final = 100.0
SPEAK_S: Final = 5.0
IDLE_S: Final = 1.0
GONE_S: Final = 2.0
"""After the last member has left."""
_SAMPLE_S: Final = 0.05
_OPEN_S: Final = 60.0
_MOST_LINES: Final = 5


def can(arm: Arm) -> str | None:
    """Why an arm cannot take part, or None."""
    engines = arm.fanout != "memory" or arm.history == "postgresql"
    return None if arm.kind == "chat" and engines else "it needs neither Redis nor PostgreSQL."


def takes_part(arm: Arm, _: str) -> bool:
    """All chats on uvicorn that need an engine."""
    return can(arm) is None and arm.server == "uvicorn"


def of_arm(arm: Arm, _: float | None, __: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation."""
    with Stack(arm, workers=1, environ=BENCHMARK_SETTINGS) as stack:
        found = asyncio.run(_Visit(stack).run())
        found["log"] = list(dict.fromkeys(stack.children[0].output().splitlines()))[:_MOST_LINES]
    for pool in found["pools"]:
        say(f"{arm.id}: {pool['phase']}: Redis {pool['redis']}, PostgreSQL {pool['postgresql']}")
    for reason, times in found["refused"].items():
        say(f"{arm.id}: {times} of {MEMBERS} were not let in: {reason}")
    return found


class _Visit:
    """All phases of one arm; call `run` once."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._process = psutil.Process(stack.children[0].pid)
        self._members: list[ClientConnection] = []
        self._refused: Counter[str] = Counter()
        self._pools: list[dict[str, Any]] = []

    async def run(self) -> dict[str, Any]:
        """Have the members come, speak and leave, and count meanwhile."""
        async with self._counted("idle"):
            await asyncio.sleep(IDLE_S)
        async with self._counted("coming"):
            await asyncio.gather(*map(self._come, range(MEMBERS)))
        reading = [asyncio.create_task(_read(each)) for each in self._members]
        async with self._counted("speaking"):
            await self._speak()
        async with self._counted("leaving"):
            await asyncio.gather(*(each.close() for each in self._members))
            await asyncio.gather(*reading)
        async with self._counted("gone"):
            await asyncio.sleep(GONE_S)
        self._stack.check_alive()
        base = {"members": MEMBERS, "room": ROOM, "rate": RATE, "refused": dict(self._refused)}
        return base | {"pools": self._pools}

    @contextlib.asynccontextmanager
    async def _counted(self, phase: Phase) -> AsyncIterator[None]:
        most = {"redis": 0, "postgresql": 0}
        samples = itertools.count()
        counting = asyncio.create_task(self._count(most, samples))
        try:
            yield
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
        self._pools.append({"phase": phase, **most, "samples": next(samples)})

    async def _count(self, most: dict[str, int], samples: "itertools.count[int]") -> None:
        redis, postgres = self._stack.redis, self._stack.postgres
        ports = {
            "redis": 0 if redis is None else redis.port,
            "postgresql": 0 if postgres is None else postgres.port,
        }
        while True:
            ends = [
                each.raddr.port
                for each in self._process.net_connections("tcp4")
                if each.status == psutil.CONN_ESTABLISHED and each.raddr
            ]
            for engine, port in ports.items():
                most[engine] = max(most[engine], ends.count(port))
            next(samples)
            await asyncio.sleep(_SAMPLE_S)

    async def _come(self, number: int) -> None:
        """Enter, or be refused."""
        url = self._stack.ws_url(f"pools-{number // ROOM}", f"member {number}")
        try:
            socket = await connect(
                url,
                compression=None,
                proxy=None,
                open_timeout=_OPEN_S,
                max_queue=None,
                ping_interval=None,
            )
            await socket.recv()
        except ConnectionClosed as closed:
            self._refused[str(closed.rcvd.code if closed.rcvd else "no close frame")] += 1
        except (OSError, TimeoutError, WebSocketException) as error:
            self._refused[type(error).__name__] += 1
        else:
            self._members.append(socket)

    async def _speak(self) -> None:
        """All members in turn, for long enough."""
        clock = asyncio.get_running_loop().time
        began = clock()
        for number in range(round(SPEAK_S * RATE)):
            await asyncio.sleep(began + number / RATE - clock())
            text = {"type": "say", "id": str(number), "text": "words"}
            await self._members[number % len(self._members)].send(json.dumps(text))


async def _read(socket: ClientConnection) -> None:
    """Take what comes, until the end."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass
