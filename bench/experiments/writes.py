"""`chatbench run --experiment writes`: one commit for each message, or for all waiting messages.

Both have the same code and the same durability; CHAT_COMMIT_GROUP is the only difference. Windows
of both alternate, so that the two are compared in pairs. The experiment needs no server: a process
with the chat's code appends to the history.
"""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.declared.arms import Arm
from bench.experiments.appenders import Appended, Window
from bench.stack.dialogue import Dialogue
from bench.stack.postgres import PostgresEngine
from bench.stack.storage import migrate, sqlite_url
from bench.stack.temporary import TemporaryFolder

SECONDS: Final = 30.0
"""Seconds of all windows of an arm together."""
GROUPS: Final = (1, 100)
APPENDERS: Final = (1, 10, 100)
REPEATS: Final = 7

_CHATS: Final = {
    "django-channels": "django_chat.chat:chat",
    "fastapi": "fastapi_chat.main:app.state.chat",
}
"""The application and the chat of each framework, as `bench.experiments.appenders` takes them."""
_WARM_UP: Final = Window(max(APPENDERS), 0.2)  # makes the connections and the rooms
_SYNCS: Final = 50
_SYNC_BYTES: Final = 4096


def can(arm: Arm) -> str | None:
    """The reason why an arm cannot take part, or None."""
    if arm.kind == "chat" and arm.history != "off":
        return None
    return "it takes an arm with a history."


def takes_part(arm: Arm, _: str) -> bool:
    """Whether the arm takes part if no arm is named: one for each framework and database.

    Arms that differ only in the server are the same here.
    """
    return can(arm) is None and arm.server == "uvicorn"


def of_arm(
    arm: Arm, seconds: float | None, seed: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """One arm's observation: every window, and the times of disk syncs."""
    each = (SECONDS if seconds is None else seconds) / (REPEATS * len(APPENDERS) * len(GROUPS))
    windows = list(_measure(arm, each, random.Random(seed)))
    for appenders, group in itertools.product(APPENDERS, GROUPS):
        of_case = [w for w in windows if (w["appenders"], w["group"]) == (appenders, group)]
        rate = sum(w["messages"] for w in of_case) / sum(w["seconds"] for w in of_case)
        say(f"{arm.id}: {appenders} at once, at most {group} a commit: {rate:.0f} messages/s")
    return {"seconds": each, "seed": seed, "sync_us": sync_us(), "windows": windows}


def _measure(arm: Arm, seconds: float, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Windows of every case in random order, repeated until the time is over."""
    with ExitStack() as stack:
        postgres = None
        if arm.history == "postgresql":
            postgres = PostgresEngine()
            stack.callback(postgres.stop)
        processes = {}
        for group in GROUPS:
            processes[group] = _Appender(arm, group, postgres)
            stack.callback(processes[group].stop)
            processes[group].append(_WARM_UP)
        for repeat in range(REPEATS):
            cases = list(itertools.product(APPENDERS, GROUPS))
            chance.shuffle(cases)
            for appenders, group in cases:
                taken, database_cpu = processes[group].append(Window(appenders, seconds))
                case = {"appenders": appenders, "group": group, "repeat": repeat}
                yield case | msgspec.to_builtins(taken) | {"database_cpu_seconds": database_cpu}


class _Appender:
    """A process that appends to a database, and this database."""

    def __init__(self, arm: Arm, group: int, postgres: PostgresEngine | None) -> None:
        self._postgres = postgres
        self._folder = TemporaryFolder()
        url = sqlite_url(self._folder.path / "chat.sqlite3")
        if postgres is not None:
            url = postgres.create_database(f"writes_{group}")
        environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CHAT_")},
            "CHAT_HISTORY": url,
            "CHAT_COMMIT_GROUP": str(group),
            "CHAT_SECRET_KEY": "a benchmark's",
        }
        migrate(arm, environ)
        module = ["bench.experiments.appenders", arm.application, _CHATS[arm.framework]]
        self._process = Dialogue("A chat's process", module, environ=environ)

    def append(self, window: Window) -> tuple[Appended, float]:
        """Append for one window; returns the result and the CPU seconds of the database."""
        began = self._database_cpu()
        line = self._process.ask(msgspec.json.encode(window))
        return msgspec.json.decode(line, type=Appended), self._database_cpu() - began

    def stop(self) -> None:
        """End the process, and remove the written data."""
        self._process.finish()
        self._folder.remove()

    def _database_cpu(self) -> float:
        return 0.0 if self._postgres is None else self._postgres.cpu_seconds()


def sync_us() -> list[float]:
    """The times in µs that the disk takes for small synced writes, measured several times."""
    folder = TemporaryFolder()
    try:
        return list(_syncs(folder.path / "synced"))
    finally:
        folder.remove()


def _syncs(path: Path) -> Iterator[float]:
    page = os.urandom(_SYNC_BYTES)
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            began = time.perf_counter()
            file.write(page)
            os.fsync(file.fileno())
            yield (time.perf_counter() - began) * 1e6
