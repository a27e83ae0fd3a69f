"""A forked process is like one that `python -m` starts."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bench.stack.child import Child
from tests.fork_server.client import Popen
from tests.history.process import CHATS, migrate

WORKER = [sys.executable, "-W", "error", "-m", "tests.history.worker", "django"]


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are forked, whatever this folder's tests do elsewhere."""
    monkeypatch.setattr(Popen, "enabled", ("chats", "load"))
    monkeypatch.setattr(subprocess, "Popen", Popen)


def name_of(pid: int) -> str:
    """Its command line, which is empty while a process changes its program."""
    name = ""
    while not name:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            name = file.read().replace("\0", " ")
    return name


@pytest.mark.usefixtures("forking")
@pytest.mark.parametrize(
    ("words", "code"),
    [(("django", "--version"), 0), (("django", "nothing"), 1), (("locust", "--version"), 0)],
)
def test_output_and_exit_code_are_the_programs(words: tuple[str, ...], code: int) -> None:
    command = [sys.executable, "-m", *words]
    forked = subprocess.run(command, capture_output=True, text=True, check=False)
    Popen.enabled = ()
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    assert forked.returncode == plain.returncode == code
    assert forked.stdout == plain.stdout
    assert forked.stderr.splitlines()[-1:] == plain.stderr.splitlines()[-1:]


@pytest.mark.usefixtures("forking")
def test_pipes_environment_and_parent_are_the_callers() -> None:
    environ = os.environ | {"CHAT_HISTORY": "off", "CHAT_SECRET_KEY": "x", "CHAT_VARIANT": "none"}
    with subprocess.Popen(
        WORKER, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert "tests.fork_server.server" in name_of(process.pid)
        with open(f"/proc/{process.pid}/stat", encoding="utf-8") as file:
            assert int(file.read().rpartition(")")[2].split()[1]) == os.getpid()
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"CHAT_VARIANT" in said


@pytest.mark.usefixtures("forking")
def test_a_child_has_its_session_its_cores_and_ends_by_the_signal_that_it_is_sent() -> None:
    cores = frozenset({min(os.sched_getaffinity(0))})
    child = Child([*WORKER[:1], *WORKER[3:]], cpus=cores, stdin=subprocess.PIPE)
    assert os.getsid(child.pid) != os.getsid(0)
    while os.sched_getaffinity(child.pid) != cores:
        assert child.running
    child.process.send_signal(signal.SIGKILL)
    assert child.process.wait(90) == -signal.SIGKILL
    assert child.process.stdin is not None
    child.process.stdin.close()
    child.stop()


def test_other_commands_and_other_folders_start_as_everywhere() -> None:
    command = [sys.executable, "-m", "django", "--version"]
    with Popen(command, stdout=subprocess.PIPE) as process:
        assert "-m django --version" in name_of(process.pid)
        process.communicate()


@pytest.mark.usefixtures("forking")
@pytest.mark.parametrize("chat", CHATS)
def test_a_second_migration_leaves_the_same_database(chat: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.db" for number in range(2)]
    for file in files:
        migrate(chat, f"sqlite:///{file}")
    first, second = (_dump(file) for file in files)
    assert any("chat" in line for line in first)
    assert first == second


@pytest.mark.usefixtures("forking")
def test_a_file_that_is_there_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    for chat in CHATS:
        migrate(chat, f"sqlite:///{file}")
    tables = "\n".join(_dump(file))
    assert "django_migrations" in tables
    assert "alembic_version" in tables


def _dump(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
