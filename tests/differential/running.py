"""The two chats of a pair, running with the settings under which they are compared."""

import itertools
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.arms import Arm, find_arm
from bench.stack import Stack
from bench.storage import sqlite_url
from tests.differential.pair import Pair, Side
from tests.differential.strategies import MAX_IMAGE_BYTES

SETTINGS: Final = {
    "CHAT_MAX_IMAGE_BYTES": str(MAX_IMAGE_BYTES),
    "CHAT_RATE_LIMIT": "off",
    "CHAT_LOGIN_LIMIT": "off",
}
LIMITED: Final = SETTINGS | {"CHAT_RATE_LIMIT": "20/3600s", "CHAT_LOGIN_LIMIT": "3/3600s"}
"""Limits that nobody recovers from while it is asked, so that time is no part of it."""

MESSAGES_ALLOWED: Final = 40
"""By that rate limit, of one connection."""

CHATS: Final = ("channels", "fastapi")


class Databases:
    """SQLite files; a migrated one of each chat is kept, and copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def migrated(self, arm: Arm) -> str:
        """The address of a new database of this arm."""
        template = self._folder / f"{arm.framework}.sqlite3"
        if not template.exists():
            with Stack(arm, history=sqlite_url(template)):
                pass
        copy = self._folder / f"{next(self._numbers)}.sqlite3"
        shutil.copy(template, copy)
        return sqlite_url(copy)


@contextmanager
def running_pair(
    server: str, fanout: str, databases: Databases, settings: Mapping[str, str] = SETTINGS
) -> Iterator[Pair]:
    """Both chats on this server, over this fan-out, with a history."""
    arms = [find_arm(f"{chat}-{server}-{fanout}") for chat in CHATS]
    limited = settings is LIMITED
    with (
        running(arms[0], databases, settings) as first,
        running(arms[1], databases, settings) as second,
    ):
        pair = Pair((first, second), MESSAGES_ALLOWED if limited else None)
        pair.register_users()
        yield pair


@contextmanager
def running(arm: Arm, databases: Databases, settings: Mapping[str, str]) -> Iterator[Side]:
    """One chat, on a database of its own that is migrated already."""
    history = databases.migrated(arm)
    with Stack(replace(arm, migrate=()), history=history, environ=settings) as stack:
        yield Side.of(stack)
