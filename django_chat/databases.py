"""Django's DATABASES, made from CHAT_HISTORY."""

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
"""A connection is kept as long as it works, and checked before use. The variant `stock` has
Django's default: a connection ends with its query."""


def databases(settings: Settings) -> dict[str, dict[str, Any]]:
    """The database of the history; empty without a history."""
    match settings.history_kind:
        case "sqlite":
            found = _sqlite(settings.history)
        case "postgresql":
            found = _postgresql(settings.history)
        case _:
            return {}
    return {"default": found if settings.variant == "stock" else found | _KEPT}


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
            # Parameters are sent apart from the statement, so images are not sent in hexadecimal.
            "server_side_binding": True,
            # As SQLAlchemy has it: a statement is prepared when it comes again and again.
            "prepare_threshold": 5,
        },
    }
