"""A chat's process that appends to its history alone: `python -m bench.appenders APPLICATION CHAT`.

Asked by lines of JSON, `{"appenders", "seconds"}`: so many append at once, each one message after
the other, over a few rooms. The answer is what that took, see `Appended`.
"""

import asyncio
import importlib
import sys
import time
import uuid
from operator import attrgetter
from typing import Any

import msgspec

from chat_core.history import NewMessage

ROOMS = 4
TEXT = "x" * 120


class Window(msgspec.Struct):
    """What is asked for."""

    appenders: int
    seconds: float


class Appended(msgspec.Struct):
    """What it took: messages, seconds by the clock, and the process's CPU seconds."""

    messages: int
    seconds: float
    cpu_seconds: float


async def append(history: Any, window: Window) -> Appended:
    """Append for that long."""
    began, cpu_began = time.monotonic(), time.process_time()
    counts = await asyncio.gather(
        *(_appender(history, number, began + window.seconds) for number in range(window.appenders))
    )
    return Appended(sum(counts), time.monotonic() - began, time.process_time() - cpu_began)


async def _appender(history: Any, number: int, until: float) -> int:
    message = NewMessage(
        f"room-{number % ROOMS}", f"user {number}", "", time.time_ns() // 10**6, TEXT
    )
    run = uuid.uuid4().hex  # an id is one message
    count = 0
    while time.monotonic() < until:
        await history.append(msgspec.structs.replace(message, id=f"{run}-{count}"))
        count += 1
    return count


def load(application: str, chat: str) -> Any:
    """The chat of an application, each as `module:attribute`; the application is set up first."""
    importlib.import_module(application.partition(":")[0])
    module, _, path = chat.partition(":")
    return attrgetter(path)(importlib.import_module(module))


def main() -> None:
    """Answer until there are no more lines."""
    chat = load(*sys.argv[1:])
    with asyncio.Runner() as runner:
        for line in sys.stdin.buffer:
            appended = runner.run(append(chat.history, msgspec.json.decode(line, type=Window)))
            sys.stdout.buffer.write(msgspec.json.encode(appended) + b"\n")
            sys.stdout.buffer.flush()
        runner.run(chat.history.stop())
        runner.run(chat.database.stop())


if __name__ == "__main__":
    main()
