"""A page breaks a stack of `chatbench up`: only that one, and never for good."""

import os
import signal
import time

import httpx
import psutil
import pytest

from tests.companion.stacks_page import (
    BACKENDS,
    WAIT_S,
    Frame,
    StacksPage,
    Up,
    side,
    stacks_page,
    up,
)


def _broken(frame: Frame, what: str, *, over: bool) -> bool:
    broken = frame["broken"]
    return broken is not None and (broken["what"], broken["over"]) == (what, over)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_killed_process_is_replaced_again_and_again(
    running: Up, page: StacksPage, backend: str
) -> None:
    """More often than the supervisor accepts from a process that ends by itself."""
    (other,) = [each for each in BACKENDS if each != backend]
    kept = running.server(other)
    for _ in range(5):
        victim = running.server(backend)
        number = (page.stacks["broken"] or {"number": 0})["number"]
        page.send(type="break", what="kill", backend=backend)
        page.until("stacks", lambda f: bool(f["broken"]) and f["broken"]["number"] > number)  # noqa: B023
        assert _broken(page.stacks, "kill", over=True)
        assert page.stacks["broken"]["backend"] == backend
        psutil.wait_procs([victim], timeout=WAIT_S)
        assert not victim.is_running()
        assert running.server(backend) != victim
    assert running.server(other) == kept


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_frozen_side_goes_on_by_itself(running: Up, page: StacksPage, backend: str) -> None:
    (other,) = [each for each in BACKENDS if each != backend]
    before = running.server(backend)
    page.send(type="break", what="freeze", backend=backend)
    page.until("stacks", lambda frame: _broken(frame, "freeze", over=False))
    assert before.status() == psutil.STATUS_STOPPED
    assert running.server(other).status() != psutil.STATUS_STOPPED

    page.send(type="break", what="kill", backend=backend)
    page.until("stacks", lambda frame: frame["problem"] == "Another break is under way.")
    page.send(type="run", backend=other, arm="none")
    page.until_side(other, problem="Something is broken now: ask again when that is over.")

    page.until("stacks", lambda frame: _broken(frame, "freeze", over=True))
    assert running.server(backend) == before


def test_without_redis_there_is_none_to_restart(page: StacksPage) -> None:
    assert page.stacks["redis"] is False
    page.send(type="break", what="redis", backend="fastapi")
    page.until("stacks", lambda frame: "No side runs over a Redis" in frame["problem"])


@pytest.mark.redis
def test_redis_is_away_and_comes_back_on_its_port() -> None:
    with up("--fanout", "redis") as found, stacks_page(found.companion, found.origin) as page:
        page.until("stacks", lambda frame: bool(frame["sides"]) and frame["redis"])
        (redis,) = [each for each in found.children if "redis" in each.name()]
        page.send(type="break", what="redis", backend="fastapi")
        page.until("stacks", lambda frame: _broken(frame, "redis", over=False))
        assert page.stacks["broken"]["backend"] == ""
        assert not redis.is_running()
        for backend in BACKENDS:
            assert httpx.get(f"{found.url(backend)}/healthz", timeout=WAIT_S).status_code == 503
        page.until("stacks", lambda frame: _broken(frame, "redis", over=True))
        for backend in BACKENDS:
            _until_healthy(f"{found.url(backend)}/healthz")
            assert side(page.stacks, backend)["running"]
        assert found.process.poll() is None


def _until_healthy(url: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not httpx.get(url, timeout=WAIT_S).is_success:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_end_during_a_break_leaves_no_process(sign: signal.Signals) -> None:
    """A stopped process would not obey SIGTERM."""
    with up() as found, stacks_page(found.companion, found.origin) as page:
        page.until("stacks", lambda frame: bool(frame["sides"]))
        page.send(type="break", what="freeze", backend="fastapi")
        page.until("stacks", lambda frame: _broken(frame, "freeze", over=False))
        children = psutil.Process(found.process.pid).children(recursive=True)
        begun = time.monotonic()
        os.kill(found.process.pid, sign)
        found.process.wait(90)
        _, alive = psutil.wait_procs([*children, *found.children], timeout=90)
        assert alive == []
        assert time.monotonic() - begun < 30
