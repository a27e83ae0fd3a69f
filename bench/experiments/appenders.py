"""A chat's process that only appends to its history.

`python -m bench.experiments.appenders APPLICATION CHAT`

Each line of input is a `Window` as JSON, `{"appenders", "seconds"}`. That many appenders append at
the same time, each one message after the other, in a few rooms. The answer is an `Appended`.
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
    """One line of input: `appenders` at the same time, for `seconds`."""

    appenders: int
    seconds: float


class Appended(msgspec.Struct):
    """The answer: messages appended, seconds by the clock, and CPU seconds of the process."""

    messages: int
    seconds: float
    cpu_seconds: float


async def append(history: Any, window: Window) -> Appended:
    """Append for `window.seconds` seconds."""
    began, cpu_began = time.monotonic(), time.process_time()
    counts = await asyncio.gather(
        *(_appender(history, number, began + window.seconds) for number in range(window.appenders))
    )
    return Appended(sum(counts), time.monotonic() - began, time.process_time() - cpu_began)


async def _appender(history: Any, number: int, until: float) -> int:
    message = NewMessage(
        f"room-{number % ROOMS}", f"user {number}", "", time.time_ns() // 10**6, TEXT
    )
    run = uuid.uuid4().hex  # a message needs an id of its own
    count = 0
    while time.monotonic() < until:
        await history.append(msgspec.structs.replace(message, id=f"{run}-{count}"))
        count += 1
    return count


def load(application: str, chat: str) -> Any:
    """The chat of an application, both as `module:attribute`; imports the application first."""
    importlib.import_module(application.partition(":")[0])
    module, _, path = chat.partition(":")
    return attrgetter(path)(importlib.import_module(module))


def main() -> None:
    """Answer every line of input until the input ends."""
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
