"""Accounts from before invisible characters were ignored in names, and sessions with their keys."""

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from chat_core.names import fold_name
from tests.history.process import environ, migrate, run
from tests.history.test_groups import sync_url

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

SIGNED_IN = (
    "INSERT INTO accounts_account (id, username, key, password, is_active, is_staff, is_superuser)"
    " VALUES (1, 'ann', 'ann', 'x', true, false, false)",
    "INSERT INTO accounts_session (session_key, session_data, expire_date, key, account_id)"
    " VALUES ('secret', '', '2099-01-01', 'digest', 1)",
    "INSERT INTO accounts_ticket (key, expires_at, account_id, session_id)"
    " VALUES ('other', '2099-01-01', 1, 'digest')",
)
"""An account with a session and a ticket, as they were before."""


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


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sessions_of_which_the_database_has_the_keys_have_ended(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        history = f"sqlite:///{tmp_path / 'chat.db'}"
    else:
        history = request.getfixturevalue("postgres").create_database("session_digests")
    run(history, "django", "migrate", "accounts", "0003")
    tables = create_engine(sync_url(history))
    with tables.begin() as database:
        for statement in SIGNED_IN:
            database.execute(text(statement))
    run(history, "django", "migrate")
    with tables.begin() as database:
        for table in ("session", "ticket"):
            assert database.scalar(text(f"SELECT count(*) FROM accounts_{table}")) == 0
    run(history, "django", "migrate", "accounts", "0003")
    tables.dispose()
