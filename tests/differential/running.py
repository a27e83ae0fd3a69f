"""The two chats of a pair, running with the settings for the comparison."""

import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.declared.arms import Arm, find_arm
from bench.stack.stack import Stack
from bench.stack.storage import sqlite_url
from tests.differential.http_calls import ask
from tests.differential.pair import PASSWORD, USERS, Pair, Side
from tests.differential.strategies import MAX_IMAGE_BYTES

SETTINGS: Final = {
    "CHAT_MAX_IMAGE_BYTES": str(MAX_IMAGE_BYTES),
    "CHAT_RATE_LIMIT": "off",
    "CHAT_LOGIN_LIMIT": "off",
}
LIMITED: Final = SETTINGS | {"CHAT_RATE_LIMIT": "20/3600s", "CHAT_LOGIN_LIMIT": "3/3600s"}
"""Limits without recovery during a test, so that the results do not depend on time."""

MESSAGES_ALLOWED: Final = 40
"""By that rate limit, of one connection."""

CHATS: Final = ("channels", "fastapi")


class Databases:
    """SQLite files: for each chat, a migrated file with the accounts, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def new(self, arm: Arm) -> str:
        """The address of a new database of this arm."""
        template = self._folder / f"{arm.framework}.sqlite3"
        if not template.exists():
            self._make(template, arm)
        copy = self._folder / f"{next(self._numbers)}.sqlite3"
        with closing(sqlite3.connect(template)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        return sqlite_url(copy)

    def _make(self, template: Path, arm: Arm) -> None:
        settings = {"CHAT_LOGIN_LIMIT": "off"}
        with Stack(arm, history=sqlite_url(template), environ=settings) as stack:
            side = Side.of(stack)
            for user in USERS:
                body = json.dumps({"username": user, "password": PASSWORD}).encode()
                answer = ask(side.host, side.port, "POST", "/api/register", body, {})
                assert answer.status == 200, answer.body


def arm_of(chat: str, server: str, fanout: str) -> Arm:
    """A chat on a server, over a fan-out."""
    return find_arm(f"{chat}-{server}-{fanout}")


@contextmanager
def running(
    arm: Arm,
    databases: Databases,
    settings: Mapping[str, str] = SETTINGS,
    served_by: tuple[str, str] | None = None,
) -> Iterator[Side]:
    """One chat with a separate database; `served_by` is a chat and a mutant of it."""
    history = databases.new(arm)
    stack = Stack(replace(arm, migrate=()), history=history, environ=settings)
    if served_by is not None:
        stack.serve = ("tests.differential.mutant_server", *served_by)
    with stack:
        yield Side.of(stack)


@contextmanager
def running_pair(
    server: str, fanout: str, databases: Databases, settings: Mapping[str, str] = SETTINGS
) -> Iterator[Pair]:
    """Both chats on this server, over this fan-out."""
    arms = [arm_of(chat, server, fanout) for chat in CHATS]
    allowed = MESSAGES_ALLOWED if settings is LIMITED else None
    with (
        running(arms[0], databases, settings) as channels,
        running(arms[1], databases, settings) as fastapi,
    ):
        yield Pair((channels, fastapi), allowed)
