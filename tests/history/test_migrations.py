"""The tables of both chats: each chat's migrations make them; commits are equally durable."""

import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect

from chat_core.settings import Settings
from django_chat.databases import databases
from tests.history.conftest import sqlite
from tests.history.process import CHATS, ChatProcess, environ, migrate, run
from tests.history.test_groups import sync_url


def test_the_two_chats_tables_have_different_names(database: str) -> None:
    engine = create_engine(sync_url(database))
    tables = set(inspect(engine).get_table_names())
    engine.dispose()

    for chat in CHATS:
        assert {f"{chat}_chat_{name}" for name in ("room", "message", "image")} <= tables
    assert "fastapi_chat_alembic_version" in tables
    assert "alembic_version" not in tables


def test_migrating_again_changes_nothing(chat: str, database: str) -> None:
    migrate(chat, database)


def test_the_migrations_agree_with_the_models(database: str) -> None:
    said = run(database, "django", "makemigrations", "--check", "--dry-run")

    assert "No changes detected" in said
    run(database, "tests.history.fastapi_tables", "check")


def test_without_a_history_there_is_nothing_to_migrate() -> None:
    migrated = subprocess.run(
        [sys.executable, "-m", "fastapi_chat.migrate"],
        env=environ("off"),
        capture_output=True,
        check=False,
    )

    assert migrated.returncode == 1
    assert migrated.stderr == b"CHAT_HISTORY is off: there is no database to migrate\n"


@sqlite
def test_a_commit_to_sqlite_survives_a_loss_of_power(process: ChatProcess) -> None:
    assert process.ask("pragma", "journal_mode") == "wal"
    assert process.ask("pragma", "synchronous") == 2  # FULL
    assert process.ask("pragma", "busy_timeout") == 5000
    assert process.ask("pragma", "foreign_keys") == 1


def test_django_gets_every_part_of_a_url() -> None:
    url = "postgresql://a%40b:p%3Aw%2Fd@Db.example:6543/my%20chat?sslmode=require&connect_timeout=9"
    found = databases(Settings(history=url))["default"]

    assert found["USER"] == "a@b"
    assert found["PASSWORD"] == "p:w/d"
    assert (found["HOST"], found["PORT"]) == ("db.example", 6543)
    assert found["NAME"] == "my chat"
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["connect_timeout"] == "9"
    assert "lock_timeout" in found["OPTIONS"]["options"]


@pytest.mark.parametrize("path", ["chat.db", "/var/lib/chat.db", "a%20b.db"])
def test_django_gets_the_path_of_a_file(path: str) -> None:
    assert databases(Settings(history=f"sqlite:///{path}"))["default"]["NAME"] == path


def test_without_a_history_django_has_no_database() -> None:
    assert databases(Settings(history="off")) == {}
