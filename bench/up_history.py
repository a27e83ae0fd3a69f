"""Where the chats of `chatbench up` keep their messages: a file that is there again next time."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import BenchError
from bench.postgres import PostgresEngine
from bench.storage import sqlite_url
from chat_core.settings import Settings, SettingsError

FOLDER: Final = Path(".chat")
"""Under the working directory."""

_KEY: Final = FOLDER / "secret-key"
_KINDS: Final = ("off", "sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Histories:
    """CHAT_HISTORY of each backend, and the key that the sessions there were made with."""

    urls: dict[str, str]
    secret_key: str
    said: str
    """What a user is told of it."""


def check(history: str) -> None:
    """Raises BenchError where `--history` takes no such thing."""
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
    """What each backend is told; `engine` is there where it is ours. Raises BenchError."""
    if history == "off":
        return Histories(dict.fromkeys(backends, "off"), secrets.token_urlsafe(50), "History: off.")
    if history == "postgresql":
        assert engine is not None
        return Histories(
            {name: engine.create_database(name) for name in backends},
            secrets.token_urlsafe(50),
            "History: a PostgreSQL of its own, which forgets when it is stopped.",
        )
    _make_folder()
    if history != "sqlite":
        return Histories(dict.fromkeys(backends, history), _lasting_key(), "History: as given.")
    files = {name: FOLDER / f"{name}.sqlite3" for name in backends}
    return Histories(
        {name: sqlite_url(path.absolute()) for name, path in files.items()},
        _lasting_key(),
        f"History: {' and '.join(map(str, files.values()))}, there again next time.",
    )


def _make_folder() -> None:
    try:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unwritable(FOLDER, error) from None


def _lasting_key() -> str:
    """Who signed in stays so over a restart: the same key, which nobody else may read."""
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
