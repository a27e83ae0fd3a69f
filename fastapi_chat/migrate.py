"""Bring the database of CHAT_HISTORY up to date: `python -m fastapi_chat.migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def main() -> None:
    """Upgrade to the newest revision."""
    command.upgrade(alembic_config(), "head")


def alembic_config() -> Config:
    """The configuration for Alembic; the rest is in `migrations/env.py`."""
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


if __name__ == "__main__":
    main()
