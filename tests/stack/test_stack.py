"""A stack starts, stops without anything left, and fails to start with one sentence."""

import os
import signal
import socket
import tempfile
from pathlib import Path

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.errors import BenchError
from bench.stack.stack import Stack
from tests.conformance.room import Room

_PLAIN = "fastapi-uvicorn-memory"
_WITH_REDIS = "fastapi-uvicorn-redis"
ON_EACH_SERVER = [
    "channels-daphne-memory",
    "channels-uvicorn-memory",
    "fastapi-daphne-memory",
    "fastapi-uvicorn-memory",
]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of this test only."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _processes(stack: Stack) -> list[int]:
    pids = [child.pid for child in stack.children]
    return pids if stack.redis is None else [*pids, stack.redis.child.pid]


def _assert_no_trace(pids: list[int], port: int, temporary: Path) -> None:
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with socket.create_server(("127.0.0.1", port)):
        pass
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "arm",
    [
        _PLAIN,
        "channels-daphne-memory",
        "picows",
        pytest.param(_WITH_REDIS, marks=pytest.mark.redis),
    ],
)
def test_a_stack_leaves_no_trace(arm: str, temporary: Path) -> None:
    with Stack(find_arm(arm)) as stack:
        pids = _processes(stack)
        assert stack.wait_until_healthy()["pid"] in pids
    _assert_no_trace(pids, stack.port, temporary)


@pytest.mark.redis
def test_a_stack_with_members_leaves_no_trace(temporary: Path) -> None:
    with Stack(find_arm(_WITH_REDIS), workers=2) as stack, Room(stack.url) as room:
        room.gather("ann", "bob")
        pids = _processes(stack)
        assert len(pids) == 3
        stack.stop()
        _assert_no_trace(pids, stack.port, temporary)


def test_a_server_that_was_killed_is_named_with_its_signal() -> None:
    with Stack(find_arm("picows")) as stack:
        stack.check_alive()
        (child,) = stack.children
        child.process.kill()
        child.process.wait()
        with pytest.raises(BenchError, match=r"^A process of picows was ended by SIGKILL"):
            stack.check_alive()


@pytest.mark.redis
def test_an_engine_that_was_killed_is_named_with_its_last_words() -> None:
    with Stack(find_arm(_WITH_REDIS)) as stack:
        stack.check_alive()
        assert stack.redis is not None
        stack.redis.child.process.kill()
        stack.redis.child.process.wait()
        with pytest.raises(BenchError, match=f"^Redis of {_WITH_REDIS} was ended by SIGKILL: "):
            stack.check_alive()


@pytest.mark.redis
def test_an_exception_leaves_no_trace(temporary: Path) -> None:
    stack = Stack(find_arm(_WITH_REDIS))
    pids: list[int] = []

    def fail() -> None:
        pids.extend(_processes(stack))
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"), stack:
        fail()
    _assert_no_trace(pids, stack.port, temporary)


@pytest.mark.redis
def test_a_killed_worker_leaves_no_trace(temporary: Path) -> None:
    with Stack(find_arm(_WITH_REDIS), workers=2) as stack:
        pids = _processes(stack)
        os.kill(stack.children[0].pid, signal.SIGKILL)
    _assert_no_trace(pids, stack.port, temporary)


def test_a_taken_port_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BenchError) as error:
            Stack(find_arm(_PLAIN), port=port)
    assert str(error.value) == f"Port {port} cannot be had: address already in use."


@pytest.mark.parametrize("port", [-1, 65536])
def test_an_invalid_port_is_reported(port: int) -> None:
    with pytest.raises(BenchError, match=rf"^Port {port} cannot be had: .+\.$"):
        Stack(find_arm(_PLAIN), port=port)


def test_an_unknown_arm_is_reported() -> None:
    with pytest.raises(BenchError) as error:
        find_arm("django-gunicorn-memory")
    assert str(error.value).startswith("There is no arm 'django-gunicorn-memory': choose one of")


@pytest.mark.parametrize("arm", [*ON_EACH_SERVER, "picows"])
def test_an_invalid_setting_is_reported(arm: str, temporary: Path) -> None:
    stack = Stack(find_arm(arm), environ={"CHAT_RATE_LIMIT": "often"})
    with pytest.raises(BenchError) as error, stack:
        pass
    assert str(error.value) == (
        f"{arm} did not start: CHAT_RATE_LIMIT='often' cannot be read: "
        "it takes off, or MESSAGES/SECONDS as 20/1s"
    )
    _assert_no_trace([], stack.port, temporary)


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-daphne-memory"])
def test_an_unknown_variant_is_reported(arm: str) -> None:
    with (
        pytest.raises(BenchError, match="CHAT_VARIANT='classic' cannot be read: it takes one of "),
        Stack(find_arm(arm), environ={"CHAT_VARIANT": "classic"}),
    ):
        pass


def test_a_missing_redis_is_reported(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setattr("bench.stack.engines.find_redis_server", lambda: None)
    stack = Stack(find_arm(_WITH_REDIS))
    with pytest.raises(BenchError, match=r"^There is no redis-server: install one"), stack:
        pass
    _assert_no_trace([], stack.port, temporary)


@pytest.mark.redis
@pytest.mark.parametrize("arm", ["channels-uvicorn-redis", "fastapi-uvicorn-redis"])
def test_health_reports_a_redis_that_does_not_answer(arm: str) -> None:
    with Stack(find_arm(arm)) as stack:
        assert stack.redis is not None
        stack.redis.child.stop()
        health, status = _health(stack.url)
        assert (status, health["status"]) == (503, "unavailable")
        assert health["unavailable"] == "Redis"
        stack.redis.restart()
        assert stack.wait_until_healthy()["status"] == "ok"


def _health(url: str) -> tuple[dict[str, object], int]:
    answer = httpx.get(f"{url}/healthz", timeout=30, trust_env=False)
    return answer.json(), answer.status_code
