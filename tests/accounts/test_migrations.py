"""Accounts from before invisible characters were ignored in names."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chat_core.names import fold_name
from tests.history.process import environ, migrate, run

_UPGRADE = """
from alembic import command
from fastapi_chat.migrate import alembic_config

command.upgrade(alembic_config(), "0004")
"""

TABLES = {"django": "accounts_account", "fastapi": "fastapi_chat_account"}

# The earlier keys: ignorable characters and white space made a difference.
ACCOUNTS = (
    (1, "José", "josé"),
    (2, "jose\u200b\u0301", "jose\u0301"),
    (3, "ann  lee", "ann  lee"),
    (4, "jos\ufe0fé", "jos\ufe0fé"),
    (5, "\u034f", "\u034f"),
    (6, "bob", "bob"),
)


def migrate_before(chat: str, history: str) -> None:
    """Make the tables of the earlier version."""
    if chat == "django":
        run(history, "django", "migrate", "accounts", "0001")
        return
    command = [sys.executable, "-W", "error", "-c", _UPGRADE]
    subprocess.run(command, env=environ(history), timeout=60, check=True)


@pytest.mark.parametrize("chat", TABLES)
def test_the_migration_makes_new_keys_and_the_oldest_account_keeps_the_name(
    chat: str, tmp_path: Path
) -> None:
    file = tmp_path / "chat.db"
    history = f"sqlite:///{file}"
    migrate_before(chat, history)
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executemany(
            f"INSERT INTO {TABLES[chat]} (id, username, key, password) VALUES (?, ?, ?, 'x')",
            ACCOUNTS,
        )
        database.commit()
    migrate(chat, history)
    with contextlib.closing(sqlite3.connect(file)) as database:
        keys = dict(database.execute(f"SELECT id, key FROM {TABLES[chat]}"))
    assert {number: keys[number] for number in (1, 3, 6)} == {1: "josé", 3: "ann lee", 6: "bob"}
    for number in (2, 4, 5):  # their names belong to older accounts, so no login can use them
        assert fold_name(keys[number]) != keys[number]
