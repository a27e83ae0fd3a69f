"""Django's DATABASES, out of the one setting that both chats have."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chat_core.database import (
    POSTGRESQL_OPTIONS,
    SQLITE_BUSY_SECONDS,
    SQLITE_PRAGMAS,
    SQLITE_WRITE,
)
from chat_core.settings import Settings

_KEPT: dict[str, Any] = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
"""A connection is kept for as long as it works, and asked whether it does before it is used."""


def databases(settings: Settings) -> dict[str, dict[str, Any]]:
    """Where the history is; empty where none is kept."""
    match settings.history_kind:
        case "sqlite":
            return {"default": _sqlite(settings.history)}
        case "postgresql":
            return {"default": _postgresql(settings.history)}
        case _:
            return {}


def _sqlite(url: str) -> dict[str, Any]:
    pragmas = "".join(f"PRAGMA {pragma};" for pragma in SQLITE_PRAGMAS)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.removeprefix("sqlite:///"),
        "OPTIONS": {
            "timeout": SQLITE_BUSY_SECONDS,
            "transaction_mode": SQLITE_WRITE,
            "init_command": pragmas,
        },
        **_KEPT,
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": {
            **POSTGRESQL_OPTIONS,
            **dict(parse_qsl(parts.query)),
            # Parameters go beside a statement: an image is not written out in hexadecimal.
            "server_side_binding": True,
        },
        **_KEPT,
    }
