"""What `chatbench up` keeps: messages for the next start, in files that only the user can read."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from bench.errors import BenchError
from bench.stack.ports import free_port
from bench.up import history as up_history
from bench.up.chats import Wanted, start
from tests.bench.test_command_line import CHATBENCH

BACKENDS = ("django", "fastapi")


@contextmanager
def _up(backend: str, **options: Any) -> Iterator[tuple[int, str]]:
    """What `chatbench up` starts, in this folder: its port, and what it says of the history."""
    port = free_port(2)
    wanted = Wanted(backend, port=port, companion=False, **options)
    with ExitStack() as running:
        yield port + (backend == "fastapi"), start(running, wanted).history


def _say(port: int, text: str) -> None:
    with connect(f"ws://127.0.0.1:{port}/ws/rooms/lobby?name=ann", proxy=None) as socket:
        socket.send(json.dumps({"type": "say", "id": "1", "text": text}))
        while json.loads(socket.recv(timeout=90))["type"] != "ack":
            pass


def _texts(port: int) -> list[Any]:
    url = f"http://127.0.0.1:{port}/api/rooms/lobby/messages"
    with urllib.request.urlopen(url, timeout=90) as answer:
        return [message["text"] for message in json.load(answer)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_messages_are_there_at_the_next_start(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with _up(backend) as (port, said):
        assert said == f"History: .chat/{backend}.sqlite3, kept for the next time."
        _say(port, "see you on Monday")
    with _up(backend) as (port, _):
        assert _texts(port) == ["see you on Monday"]


def test_the_command_keeps_them_and_says_where(tmp_path: Path) -> None:
    command = [*CHATBENCH, "up", "--backend", "fastapi", "--no-companion"]
    with subprocess.Popen(
        [*command, "--port", str(free_port(2))],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = list(takewhile(lambda line: "Ctrl-C stops" not in line, process.stdout))
            assert "History: .chat/fastapi.sqlite3, kept for the next time.\n" in said
        finally:
            process.terminate()
            process.wait(90)
    assert (tmp_path / ".chat" / "fastapi.sqlite3").stat().st_size > 0


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.parametrize("backend", BACKENDS)
def test_several_workers_share_a_local_postgresql(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with _up(backend, workers=2, fanout="redis", history="postgresql") as (port, said):
        assert said == "History: a local PostgreSQL; its data is removed when it stops."
        _say(port, "here")
        assert _texts(port) == ["here"]
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_the_sessions_stays_and_only_the_user_can_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = {up_history.choose("sqlite", BACKENDS, None).secret_key for _ in range(2)}
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert (tmp_path / ".chat" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".chat").stat().st_mode & 0o777 == 0o700


def test_each_backend_has_a_separate_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert up_history.choose("sqlite", BACKENDS, None).urls == {
        name: f"sqlite:///{tmp_path}/.chat/{name}.sqlite3" for name in BACKENDS
    }


def test_without_a_history_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert up_history.choose("off", BACKENDS, None).urls == dict.fromkeys(BACKENDS, "off")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".chat").write_text("in the way")
    with pytest.raises(BenchError, match=r"^\.chat cannot be had: .+; --history off needs none"):
        up_history.choose("sqlite", BACKENDS, None)
