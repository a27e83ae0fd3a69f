"""Databases that were migrated once: a copy of the file takes the place of a further migration.

A migration of Django's tables takes about a second of CPU, and each start of a chat with a history
begins with one. The first migration by the same command is made, and its file is kept. Later ones
copy this file, unless there is a file already.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.fork_server.start import Start

_MIGRATIONS: Final = {("django", ("migrate",)), ("fastapi_chat.migrate", ())}
_SQLITE: Final = "sqlite:///"
_folder = Path(tempfile.mkdtemp(prefix="chat-tests-migrated-"))
"""The server's; only the server removes it."""


def end() -> None:
    """Remove the kept files."""
    shutil.rmtree(_folder)


def new_database(start: Start) -> Path | None:
    """The file that this start makes and migrates; None if it does something else."""
    history = start.environ.get("CHAT_HISTORY", "")
    if (start.module, start.arguments[:1]) not in _MIGRATIONS or not history.startswith(_SQLITE):
        return None
    path = Path(start.folder, history.removeprefix(_SQLITE))
    return path if path.parent.is_dir() and not path.exists() else None


def copied(start: Start, path: Path) -> bool:
    """Copy what an earlier start by the same command made, if there was one."""
    kept = _kept(start)
    if kept.exists():
        shutil.copyfile(kept, path)
        return True
    return False


def keep(start: Start, path: Path) -> None:
    """Keep the file for later starts."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # from the log to the file
    making = _kept(start).with_suffix(f".{os.getpid()}")
    shutil.copyfile(path, making)
    making.replace(_kept(start))


def _kept(start: Start) -> Path:
    command = repr((start.module, start.arguments, start.folder))
    return _folder / sha256(command.encode()).hexdigest()
