"""A page asks the companion for other arms: `chatbench up` runs them, and nobody else may ask."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bench.declared.arms import find_arm, load_arms
from bench.errors import BenchError
from bench.stack.ports import free_port
from bench.stack.stack import listen
from bench.up import chats
from bench.up.companion_process import CompanionProcess
from bench.up.engines import Engines
from bench.up.sides import Sides
from tests.companion.stacks_page import BACKENDS, StacksPage, Up, side, stacks_page, up

ORIGIN = "http://localhost:8001"


def test_both_sides_are_equal_at_first_and_offer_only_arms_of_their_framework(
    page: StacksPage,
) -> None:
    for backend in BACKENDS:
        found = side(page.stacks, backend)
        arm = find_arm(found["arm"])
        assert (arm.server, arm.fanout, arm.variant) == ("uvicorn", "memory", "standard")
        assert found["running"]
        assert found["step"] == found["problem"] == ""
        offered = {each["id"]: each for each in found["arms"]}
        assert set(offered) == {
            arm.id
            for arm in load_arms().values()
            if arm.framework == backend and arm.history == "off"
        }
        for each in load_arms().values():
            if each.id in offered:
                words = {name: offered[each.id][name] for name in ("server", "fanout", "variant")}
                assert words == {name: getattr(each, name) for name in words}


@pytest.mark.parametrize(
    ("backend", "arm"),
    [
        ("fastapi", "fastapi-daphne-memory"),
        ("fastapi", "fastapi-uvicorn-memory-tutorial"),
        ("django-channels", "channels-uvicorn-memory-tuned"),
        pytest.param("django-channels", "channels-daphne-redis-tutorial", marks=pytest.mark.redis),
    ],
)
def test_another_arm_runs_on_the_same_port(
    running: Up, page: StacksPage, backend: str, arm: str
) -> None:
    (other,) = [each for each in BACKENDS if each != backend]
    before, kept = running.server(backend), running.server(other)

    steps = page.run(backend, arm)

    assert [each for each in steps if each] == ["stopping", "starting"]
    found = side(page.stacks, backend)
    assert (found["arm"], found["running"], found["problem"]) == (arm, True, "")
    assert running.health(backend)["server"] == find_arm(arm).server
    assert running.server(backend) != before
    assert not before.is_running()
    assert kept == running.server(other)


@pytest.mark.parametrize(
    "arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory-stock", "picows", "../etc"]
)
def test_an_arm_that_is_not_the_sides_is_refused_and_nothing_stops(
    running: Up, page: StacksPage, arm: str
) -> None:
    before = running.server("fastapi")
    page.send(type="run", backend="fastapi", arm=arm)
    page.until_side("fastapi", problem=f"{arm} is no arm that this side can run.")
    assert running.server("fastapi") == before


def test_a_side_that_does_not_exist_is_passed_over(page: StacksPage) -> None:
    page.send(type="run", backend="rails", arm="fastapi-uvicorn-memory")
    page.send(type="ping", id="1")
    assert page.until("pong")[-1]["id"] == "1"


def test_every_page_is_told(running: Up, page: StacksPage) -> None:
    with stacks_page(running.companion, running.origin) as second:
        second.until("stacks", lambda frame: bool(frame["sides"]))
        wanted = f"fastapi-{'daphne' if 'uvicorn' in _arm(page, 'fastapi') else 'uvicorn'}-memory"
        page.run("fastapi", wanted)
        second.until_side("fastapi", arm=wanted, step="")


def _arm(page: StacksPage, backend: str) -> str:
    found: str = side(page.stacks, backend)["arm"]
    return found


@pytest.mark.parametrize(
    "text", ["{", '{"type":"run"}', '{"type":"stop","backend":"fastapi"}', '{"type":"watch"}']
)
def test_a_bad_frame_is_answered_with_an_error(page: StacksPage, text: str) -> None:
    page.socket.send(text)
    assert "not understood" in page.until("error")[-1]["detail"]


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_a_foreign_page_is_refused(running: Up, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, stacks_page(running.companion, origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_name_that_leads_here_is_refused(running: Up) -> None:
    port = running.port + 2
    with (
        socket.create_connection(("127.0.0.1", port)) as sock,
        pytest.raises(InvalidStatus) as refused,
    ):
        connect(f"ws://evil.example:{port}/stacks", origin=Origin(running.origin), sock=sock)
    assert refused.value.response.status_code in (400, 403)


def test_it_ends_during_a_change_and_leaves_nothing() -> None:
    with up() as found, stacks_page(found.companion, found.origin) as page:
        page.until("stacks", lambda frame: bool(frame["sides"]))
        page.send(type="run", backend="fastapi", arm="fastapi-daphne-memory")
        page.until_side("fastapi", step="starting")
        children = psutil.Process(found.process.pid).children(recursive=True)
        found.process.send_signal(signal.SIGINT)
        assert found.process.wait(90) == 130
        _, alive = psutil.wait_procs([*children, *found.children], timeout=90)
        assert alive == []


def test_a_companion_alone_has_nothing_to_control() -> None:
    with CompanionProcess() as companion:
        companion.start({"fastapi": f"http://127.0.0.1:{free_port()}"}, [ORIGIN])
        companion.wait_until_healthy()
        with stacks_page(companion.url, ORIGIN) as page:
            assert page.until("stacks")[-1]["off"] == "alone"
            page.send(type="run", backend="fastapi", arm="fastapi-daphne-memory")
            assert "chatbench up" in page.until("error")[-1]["detail"]


def test_beyond_the_loopback_it_is_off() -> None:
    """Even with a line to `chatbench up`: no line is read or written."""
    ours, theirs = socket.socketpair()
    with ours, theirs, listen(0, "0.0.0.0") as listening:
        descriptors = [listening.fileno(), theirs.fileno()]
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        environ = {"CHAT_ORIGINS": ORIGIN, "CHAT_BACKENDS": "fastapi=http://127.0.0.1:9"}
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.companion", str(descriptors[0]), "", str(descriptors[1])],
            env=os.environ | environ,
            pass_fds=descriptors,
        )
        try:
            with stacks_page(url, ORIGIN, open_timeout=60) as page:
                assert page.until("stacks")[-1]["off"] == "beyond-loopback"
                page.send(type="run", backend="fastapi", arm="fastapi-daphne-memory")
                assert "beyond the loopback" in page.until("error")[-1]["detail"]
            ours.setblocking(False)
            with pytest.raises(BlockingIOError):
                ours.recv(1)
        finally:
            process.terminate()
            process.wait(60)


def test_the_arm_from_before_runs_again_if_another_one_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = replace(find_arm("fastapi-uvicorn-memory"), id="broken", application="nowhere:app")
    wanted = chats.Wanted(backend="fastapi", history="off", port=free_port(2), companion=False)
    with ExitStack() as running:
        sides = chats.start(running, wanted).sides
        monkeypatch.setattr(sides, "_possible", lambda *_: broken)
        steps: list[Any] = []
        with pytest.raises(BenchError, match="broken did not start"):
            sides.change("fastapi", "broken", steps.append)
        assert steps == ["stopping", "starting", "returning"]
        assert sides.stacks["fastapi"].arm.id == "fastapi-uvicorn-memory"
        assert httpx.get(f"{sides.stacks['fastapi'].url}/healthz").is_success


def test_an_arm_without_its_engine_is_refused_before_anything_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = chats.Wanted(backend="fastapi", history="off", port=free_port(2), companion=False)
    monkeypatch.setattr("bench.up.engines.find_redis_server", lambda: None)
    with ExitStack() as running:
        sides = chats.start(running, wanted).sides
        steps: list[Any] = []
        with pytest.raises(BenchError, match="cannot run here: There is no redis-server"):
            sides.change("fastapi", "fastapi-uvicorn-redis", steps.append)
        assert steps == []
        missing = {each.id: each.missing for each in sides.choices("fastapi")}
        assert "redis-server" in (missing["fastapi-uvicorn-redis"] or "")
        assert missing["fastapi-daphne-memory"] is None


def test_several_workers_do_not_run_in_memory() -> None:
    sides = Sides({"fastapi": 1}, 2, Engines(), {"fastapi": "sqlite:///x"}, {})
    missing = {each.id: each.missing for each in sides.choices("fastapi")}
    assert "--workers 2" in (missing["fastapi-uvicorn-memory"] or "")
    assert "--workers" not in (missing["fastapi-uvicorn-redis"] or "")


@pytest.mark.parametrize(
    ("history", "stock"),
    [
        ("off", set()),
        (
            "sqlite:///x",
            {"channels-daphne-memory-stock-sqlite", "channels-uvicorn-memory-stock-sqlite"},
        ),
        (
            "postgresql://x",
            {
                "channels-daphne-redis-stock-postgresql",
                "channels-uvicorn-redis-stock-postgresql",
            },
        ),
    ],
)
def test_the_stock_database_is_offered_with_the_history_that_it_is_declared_for(
    history: str, stock: set[str]
) -> None:
    sides = Sides({"django": 1}, 1, Engines(), {"django": history}, {})
    choices = sides.choices("django")
    assert {each.id for each in choices if each.variant == "stock"} == stock
    parts = [(each.server, each.fanout, each.variant) for each in choices]
    assert len(parts) == len(set(parts))
