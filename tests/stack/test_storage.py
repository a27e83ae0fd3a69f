"""The data of a stack: kept until the stack stops, also if its processes die; then removed."""

import tempfile
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bench.declared.arms import find_arm
from bench.errors import BenchError
from bench.stack import storage
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.workers import kill

SQLITE = ["channels-daphne-memory-sqlite", "fastapi-uvicorn-memory-sqlite"]
POSTGRESQL = [
    # Its engine is the other one's, and its chat is asked with a file.
    pytest.param("channels-daphne-redis-postgresql", marks=pytest.mark.all_arms),
    "fastapi-uvicorn-redis-postgresql",
]


def _say(stack: Stack, text: str) -> None:
    with Room(stack.url, "lobby") as room:
        (ann,) = room.gather("ann")
        ann.say(text)
        assert ann.until("message")["text"] == text


def _texts(stack: Stack) -> list[Any]:
    url = f"{stack.url}/api/rooms/lobby/messages"
    return [record["text"] for record in httpx.get(url, timeout=30, trust_env=False).json()]


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.parametrize("arm", [*SQLITE, *POSTGRESQL])
def test_messages_outlive_the_workers_and_not_the_stack(
    arm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    others = set(psutil.Process().children(recursive=True))
    with Stack(find_arm(arm)) as stack:
        _say(stack, "before")
        kill(stack, stack.children[0])
        stack.start_worker()
        stack.wait_until_healthy()
        assert _texts(stack) == ["before"]
        engine = stack.postgres
        processes = set(psutil.Process().children(recursive=True)) - others
        assert (stack.cpu_seconds().postgresql > 0) == (engine is not None)
    assert [each for each in processes if each.is_running()] == []
    assert list(tmp_path.iterdir()) == []
    assert engine is None or not engine.folder.exists()


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory"])
def test_a_given_database_is_used_and_not_removed(arm: str, tmp_path: Path) -> None:
    url = storage.sqlite_url(tmp_path / "mine.sqlite3")
    with Stack(find_arm(arm), history=url) as stack:
        assert stack.history == url
        _say(stack, "here")
    with Stack(find_arm(arm), history=url) as stack:
        assert _texts(stack) == ["here"]


def test_the_history_of_an_arm_can_be_turned_off() -> None:
    with Stack(find_arm(SQLITE[1]), history="off") as stack:
        assert stack.wait_until_healthy()["history"] == "off"


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory"])
def test_a_database_that_cannot_be_opened_is_reported(arm: str) -> None:
    stack = Stack(find_arm(arm), history="sqlite:////nowhere/at/all.sqlite3")
    words = rf"^The database of {arm} could not be brought up to date: .*unable to open database"
    with pytest.raises(BenchError, match=words), stack:
        pass


@pytest.mark.parametrize(
    ("arm", "missing", "words"),
    [
        ("channels-uvicorn-redis-postgresql", "find_postgres", "There is no PostgreSQL"),
        ("channels-uvicorn-redis-postgresql", "find_redis_server", "There is no redis-server"),
        ("fastapi-uvicorn-broadcaster-postgres", "find_postgres", "There is no PostgreSQL"),
        ("fastapi-uvicorn-memory-sqlite", "find_postgres", None),
    ],
)
def test_a_missing_engine_is_reported(
    arm: str, missing: str, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, missing, lambda: None)
    reason = storage.missing_engine(find_arm(arm))
    assert (reason or "").startswith(words or "")
    assert (reason is None) == (words is None)


@pytest.mark.postgres
def test_a_fanout_over_postgresql_has_an_engine_without_a_history() -> None:
    with Stack(find_arm("fastapi-uvicorn-broadcaster-postgres")) as stack:
        assert stack.history == "off"
        assert stack.postgres is not None
        _say(stack, "through it")
