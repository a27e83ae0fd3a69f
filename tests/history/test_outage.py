"""An outage of the database: reported soon, in one sentence; afterwards all works again."""

import contextlib
import itertools
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from bench.stack.postgres import PostgresEngine
from chat_core.history import NewMessage
from tests.history.conftest import MakeDatabase, file_of, postgresql, sqlite
from tests.history.process import ChatProcess, Unavailable


@pytest.fixture(scope="module")
def process(chat: str, database: str) -> Iterator[ChatProcess]:
    """A process that waits for its database no longer than usual."""
    with ChatProcess(chat, database) as started:
        yield started


@postgresql
def test_an_outage_of_a_stopped_database_is_reported(
    process: ChatProcess, postgres: PostgresEngine, room: str
) -> None:
    assert process.append(said(room), said(room)) == [1, 2]
    assert process.ask_all([("newest", room)] * 8) == [2] * 8

    with stopped(postgres):
        assert_soon_unavailable(process, room, postgres)

    assert process.append(said(room)) == [3]
    assert process.ask_all([("newest", room)] * 8) == [3] * 8


@postgresql
def test_a_restart_of_the_database_between_calls_is_not_noticed(
    process: ChatProcess, postgres: PostgresEngine, room: str
) -> None:
    assert process.append(said(room)) == [1]
    assert process.ask_all([("newest", room)] * 8) == [1] * 8

    postgres.restart()

    assert process.append(said(room)) == [2]
    assert process.ask_all([("newest", room)] * 8) == [2] * 8


@postgresql
def test_an_outage_of_a_frozen_database_is_reported(
    process: ChatProcess, postgres: PostgresEngine, room: str
) -> None:
    assert process.append(said(room)) == [1]

    with frozen(postgres):
        assert_soon_unavailable(process, room, postgres)

    seq = append_until_it_answers(process, room)
    seen = process.ask("after", room, 0, 10)
    assert [message["seq"] for message in seen] == list(range(1, seq + 1))


@postgresql
def test_a_database_that_starts_after_the_chat_is_used(
    chat: str, database: str, postgres: PostgresEngine, room: str
) -> None:
    with ChatProcess(chat, database) as process:
        with stopped(postgres):
            assert process.get("/client/backends.json")[0] == 200
            assert_soon_unavailable(process, room, postgres)
        assert process.append(said(room)) == [1]


@postgresql
def test_an_error_for_a_wrong_password_does_not_show_it(chat: str, database: str) -> None:
    wrong = "not-the-password"
    user, _, rest = database.partition("@")
    with ChatProcess(chat, f"{user.rpartition(':')[0]}:{wrong}@{rest}") as process:
        told = process.ask("check")

    assert isinstance(told, Unavailable)
    assert "authentication failed" in told.reason
    assert wrong not in told.reason


def test_a_database_without_tables_is_reported(
    chat: str, kind: str, make_database: MakeDatabase
) -> None:
    with ChatProcess(chat, make_database(kind)) as process:
        told = process.ask_all(calls("room"))

    assert all(isinstance(each, Unavailable) for each in told)


@sqlite
def test_a_locked_file_blocks_only_writers(
    process: ChatProcess, crew: list[ChatProcess], database: str, room: str
) -> None:
    assert process.append(said(room)) == [1]
    other = sqlite3.connect(file_of(database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process.send([("append", said(room))] * 2)
    assert crew[0].ask("newest", room) == 1
    told = process.receive()
    other.execute("ROLLBACK")
    other.close()

    # On a slow machine the wait for an answer may end before the wait for the lock of SQLite.
    assert all(isinstance(each, Unavailable) for each in told), told
    reasons = {each.reason for each in told}
    assert reasons <= {"database: database is locked", "database: no answer in 6 s"}
    assert process.append(said(room)) == [2]


SOON_SECONDS = 10
"""A chat waits for 3 s, on a busy machine a little longer; one without a limit waits for ever."""

_ids = map(str, itertools.count())


def said(room: str) -> NewMessage:
    return NewMessage(room, "ann", next(_ids), 0, "hi")


def calls(room: str) -> list[tuple[Any, ...]]:
    """All calls of a history."""
    return [
        ("append", said(room)),
        ("newest", room),
        ("after", room, 0, 10),
        ("before", room, None, 10),
        ("image", room, 1),
        ("check",),
    ]


@contextlib.contextmanager
def stopped(postgres: PostgresEngine) -> Iterator[None]:
    postgres.child.stop()
    try:
        yield
    finally:
        postgres.restart()


@contextlib.contextmanager
def frozen(postgres: PostgresEngine) -> Iterator[None]:
    """Freeze PostgreSQL: it does not answer, and connections stay open."""
    server = psutil.Process(postgres.child.pid)
    processes = [server, *server.children(recursive=True)]
    for each in processes:
        each.suspend()
    try:
        yield
    finally:
        for each in processes:
            each.resume()


def assert_soon_unavailable(process: ChatProcess, room: str, postgres: PostgresEngine) -> None:
    """Every call fails because of the outage, with one line that has no password."""
    began = time.monotonic()
    told = process.ask_all(calls(room))
    took = time.monotonic() - began

    assert all(isinstance(each, Unavailable) for each in told), told
    password = postgres.url.partition("@")[0].rpartition(":")[2]
    for each in told:
        assert each.reason.startswith("database: ")
        assert len(each.reason.splitlines()) == 1
        assert password not in each.reason
    assert took < SOON_SECONDS


def append_until_it_answers(process: ChatProcess, room: str) -> int:
    """Append again and again: after a freeze, the first calls may still fail."""
    deadline = time.monotonic() + 20
    while isinstance((told := process.append(said(room)))[0], Unavailable):
        assert time.monotonic() < deadline, told
    seq: int = told[0]
    return seq
