"""A server's memory while large images go to readers that do not read: bounded or not.

Each arm is measured twice, with few and with many images. Bounded memory is alike in both.
"""

import asyncio
import contextlib
import json
import os
import struct
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.declared.arms import Arm
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

IMAGE_BYTES: Final = 1024**2
COUNTS: Final = (24, 96)
READERS: Final = 6

_SAMPLE_SECONDS = 0.02
_DELIVERY_SECONDS = 15.0
FAREWELL_SECONDS = 5.0
_PNG: Final = b"\x89PNG\r\n\x1a\n"


def can(arm: Arm) -> str | None:
    """The reason why an arm cannot take part, or None."""
    return None if arm.kind == "chat" else "a baseline takes no images."


def takes_part(arm: Arm, _: str) -> bool:
    """Whether the arm takes part if no arm is named: standard variant, no history, with images."""
    usual = arm.history == "off" and arm.variant == "standard"
    return arm.kind == "chat" and usual and arm.fanout != "broadcaster-postgres"


def of_arm(arm: Arm, _: float | None, __: int, say: Callable[[str], None]) -> dict[str, Any]:
    """One arm's observation. MiB are resident memory of all server processes."""
    runs = []
    for count in COUNTS:
        with Stack(arm, environ=BENCHMARK_SETTINGS) as stack:
            runs.append(asyncio.run(_Measurement(stack, count).run()))
        last = runs[-1]
        say(
            f"{arm.id}: {count} MiB sent, memory {last['before_mib']:.0f} MiB, "
            f"at most {last['peak_mib']:.0f} MiB; readers {last['readers']}"
        )
    return {"image_bytes": IMAGE_BYTES, "readers": READERS, "runs": runs}


class _Measurement:
    """One sender that reads, and readers that do not read, in one room."""

    def __init__(self, stack: Stack, count: int) -> None:
        self._stack = stack
        self._count = count
        self._peak = 0

    async def run(self) -> dict[str, Any]:
        async with contextlib.AsyncExitStack() as opened:
            readers = [await opened.enter_async_context(self._enter(n)) for n in range(READERS)]
            sender = await opened.enter_async_context(self._enter(READERS, max_queue=None))
            before = self._memory()
            sampling = asyncio.create_task(self._sample())
            delivered = await self._send(sender)
            after = self._memory()
            sampling.cancel()
            ends = Counter(await asyncio.gather(*map(_end, readers)))
        return {
            "images": self._count,
            "delivered_to_sender": delivered,
            "before_mib": _mib(before),
            "peak_mib": _mib(self._peak),
            "after_mib": _mib(after),
            "readers": dict(ends),
        }

    @contextlib.asynccontextmanager
    async def _enter(self, number: int, max_queue: int | None = 1) -> Any:
        url = self._stack.ws_url("gallery", f"member-{number}")
        async with connect(
            url,
            compression=None,
            proxy=None,
            max_size=None,
            max_queue=max_queue,
            ping_interval=None,
            close_timeout=0.1,
        ) as socket:
            await socket.recv()
            yield socket

    async def _send(self, sender: ClientConnection) -> int:
        """Send images, each after the one before came back; returns how many came back."""
        picture = _PNG + os.urandom(IMAGE_BYTES - len(_PNG))
        for number in range(self._count):
            header = {"type": "image", "id": str(number), "mime": "image/png", "name": "x.png"}
            text = json.dumps(header).encode()
            try:
                async with asyncio.timeout(_DELIVERY_SECONDS):
                    await sender.send(struct.pack(">I", len(text)) + text + picture)
                    while not isinstance(await sender.recv(), bytes):
                        pass
            except (TimeoutError, WebSocketException):
                return number
        return self._count

    async def _sample(self) -> None:
        while True:
            self._peak = max(self._peak, self._memory())
            await asyncio.sleep(_SAMPLE_SECONDS)

    def _memory(self) -> int:
        return sum(psutil.Process(child.pid).memory_info().rss for child in self._stack.children)


async def _end(reader: ClientConnection) -> str:
    """The state of a reader's connection when it reads again."""
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            while True:
                await reader.recv()
    except TimeoutError:
        return "still there"
    except ConnectionClosed:
        return f"closed with {reader.close_code}"


def _mib(size: int) -> float:
    return round(size / 1024**2, 1)
