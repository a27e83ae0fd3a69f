"""What a driver's error is: an outage, which ends, or a failure, which somebody must mend."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from chat_core.database import unavailable
from chat_core.unavailable import FailedError, UnavailableError

STATES = psycopg.errors


def test_what_sqlite_has_no_table_for_is_a_failure() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError) as raised,
    ):
        connection.execute("SELECT * FROM message")
    assert type(unavailable(raised.value)) is FailedError
    assert str(unavailable(raised.value)) == "database: no such table: message"


def test_what_sqlite_cannot_open_is_an_outage(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path / "none" / "chat.db")
    assert type(unavailable(raised.value)) is UnavailableError


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("connection refused"),
        psycopg.InterfaceError("the connection is closed"),
        STATES.AdminShutdown("57P01"),
        STATES.LockNotAvailable("55P03"),
        STATES.DiskFull("53100"),
        STATES.ReadOnlySqlTransaction("25006"),
        OSError("no route"),
    ],
)
def test_what_ends_by_itself_is_an_outage(error: Exception) -> None:
    assert type(unavailable(error)) is UnavailableError


@pytest.mark.parametrize(
    "error",
    [
        STATES.UndefinedTable("no such relation"),
        STATES.InsufficientPrivilege("not yours"),
        psycopg.ProgrammingError("no such placeholder"),
        psycopg.DataError("no NUL"),
    ],
)
def test_what_somebody_must_mend_is_a_failure(error: Exception) -> None:
    assert type(unavailable(error)) is FailedError
