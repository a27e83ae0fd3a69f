"""Where the chats of `chatbench up` keep their messages: by default, files that stay."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import BenchError
from bench.stack.postgres import PostgresEngine
from bench.stack.storage import sqlite_url
from chat_core.settings import Settings, SettingsError

FOLDER: Final = Path(".chat")
"""The folder in the working directory."""

_KEY: Final = FOLDER / "secret-key"
_KINDS: Final = ("off", "sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Histories:
    """CHAT_HISTORY of each backend, and the key that signs its sessions."""

    urls: dict[str, str]
    secret_key: str
    said: str
    """The sentence that the user reads about it."""


def check(history: str) -> None:
    """Raise BenchError if `history` is no valid value of `--history`."""
    if history in _KINDS:
        return
    try:
        Settings.from_environ({"CHAT_HISTORY": history}, ("memory",), ("standard",))
    except SettingsError:
        raise BenchError(
            f"--history {history!r} is unknown: it takes {', '.join(_KINDS)}, or an address as "
            "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        ) from None


def choose(history: str, backends: Iterable[str], engine: PostgresEngine | None) -> Histories:
    """The history of each backend; `engine` is the local PostgreSQL, or None. Raises BenchError."""
    if history == "off":
        return Histories(dict.fromkeys(backends, "off"), secrets.token_urlsafe(50), "History: off.")
    if history == "postgresql":
        assert engine is not None
        return Histories(
            {name: engine.create_database(name) for name in backends},
            secrets.token_urlsafe(50),
            "History: a local PostgreSQL; its data is removed when it stops.",
        )
    _make_folder()
    if history != "sqlite":
        return Histories(dict.fromkeys(backends, history), _persistent_key(), "History: as given.")
    files = {name: FOLDER / f"{name}.sqlite3" for name in backends}
    return Histories(
        {name: sqlite_url(path.absolute()) for name, path in files.items()},
        _persistent_key(),
        f"History: {' and '.join(map(str, files.values()))}, kept for the next time.",
    )


def _make_folder() -> None:
    try:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unwritable(FOLDER, error) from None


def _persistent_key() -> str:
    """The same key at every start, so that users stay signed in; only the user can read it."""
    try:
        if not _KEY.exists():
            descriptor = os.open(_KEY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
        return _KEY.read_text("ascii").strip() or secrets.token_urlsafe(50)
    except (OSError, UnicodeError) as error:
        raise _unwritable(_KEY, error) from None


def _unwritable(path: Path, error: Exception) -> BenchError:
    words = getattr(error, "strerror", None) or str(error)
    return BenchError(f"{path} cannot be had: {words.lower()}; --history off needs none.")
