"""The experiment `connections`: a small crowd of real stacks, and what made-up ones show."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.sync.server import ServerConnection
from websockets.sync.server import serve as serve_websockets

from bench.analysis import connections as analysis
from bench.declared.arms import find_arm
from bench.envelope.connections import ConnectionsEntry, Handshakes, IdleStep, Storm
from bench.errors import BenchError
from bench.experiments.connections import experiment
from bench.experiments.connections.witness import Witness
from bench.load.crowd_orders import Enter, Leave
from bench.load.crowd_process import CrowdProcess
from bench.report.scaling import render_scaling
from bench.stack import machine
from bench.stack.ports import free_port
from tests.report import synthetic

CROWD = 24
LEAKING = ("tests.bench.leaking", str(64 * 1024))


def made_up(arm: str = "fastapi-uvicorn-memory", kept_kib: float = 0.0) -> ConnectionsEntry:
    """An arm in which a connection takes 20 KiB, and 8 KiB of the kernel."""
    idle = [IdleStep(n, 50_000 + 20.0 * n, 8.0 * n) for n in (0, 1000, 2000)]
    crowds = [
        Handshakes("guest", 2000, 2.0, 1.0 + 0.2 * number, 60_000 + 2000 * kept_kib * number, {}, w)
        for number, w in enumerate((0.125, 0.25, 0.0625))
    ]
    return ConnectionsEntry(
        experiment="connections",
        arm=arm,
        at_s=0.0,
        idle=idle,
        idle_seconds=30.0,
        idle_cpu_s=0.5,
        empty_cpu_s=0.1,
        handshakes=crowds,
        storms=[Storm("killed", 2000, 2000, 3.5, 2400, 1.5)],
    )


def test_a_connection_has_its_costs() -> None:
    entry = made_up()
    assert analysis.process_kib(entry) == pytest.approx(20)
    assert analysis.kernel_kib(entry) == pytest.approx(8)
    assert analysis.idle_cpu_s(entry) == pytest.approx(0.4 / 2 * 120)
    guests = analysis.coming(entry, "guest")
    assert guests == analysis.Coming(3, 0.6, 0.5, 0.7, 1000.0, 0, 0.25)
    assert analysis.coming(entry, "session") is None
    assert analysis.kept_kib(entry) == 0.0
    assert analysis.given_back(entry) == pytest.approx((90_000 - 60_000) / 40_000)


def test_the_page_tells_what_connections_cost(tmp_path: Path) -> None:
    leaking = made_up("channels-uvicorn-redis", kept_kib=2.0)
    arms = ["fastapi-uvicorn-memory", leaking.arm]
    synthetic.write_run(tmp_path, "connections", arms, [made_up(), leaking])
    page = render_scaling(tmp_path)[Path("docs") / "scaling.md"]
    assert "**It grows.** Of the memory of the first crowd, 75 % was given back" in page
    assert f"`{leaking.arm}` 2.00 KiB" in page
    assert (
        "| killed | 2\N{NARROW NO-BREAK SPACE}000 | 2\N{NARROW NO-BREAK SPACE}000 | 3.50 |" in page
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd of few members, and short rests."""
    monkeypatch.setattr(experiment, "CONNECTIONS", CROWD)
    monkeypatch.setattr(experiment, "_REST_S", 0.3)


def _measured(arm: str) -> ConnectionsEntry:
    found: dict[str, Any] = experiment.of_arm(find_arm(arm), 0.2, 0, print)
    base = {"kind": "connections", "experiment": "connections", "arm": arm, "at_s": 0.0}
    return msgspec.convert(base | found, ConnectionsEntry)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "arm",
    [
        "channels-daphne-memory-sqlite",
        pytest.param("channels-uvicorn-memory-sqlite", marks=pytest.mark.all_arms),
        "fastapi-uvicorn-memory-sqlite",
    ],
)
def test_all_of_a_crowd_come_and_come_back(arm: str) -> None:
    found = _measured(arm)
    assert [each.connections for each in found.idle] == [0, 6, 12, 18, 24]
    assert [(each.identity, each.count) for each in found.handshakes] == [
        *[("guest", CROWD)] * 3,
        *[("session", CROWD)] * 3,
    ]
    assert all(each.failures == {} for each in found.handshakes)
    assert all(each.longest_wait_s for each in found.handshakes)
    assert [(each.how, each.cut, each.back) for each in found.storms] == [
        ("asked to stop", CROWD, CROWD),
        ("killed", CROWD, CROWD),
    ]
    assert all(each.attempts >= CROWD and each.cpu_s > 0 for each in found.storms)


def test_the_longest_wait_of_a_member_that_is_there_is_found() -> None:
    """The answer to the third of five pings is late."""
    late_s, answered = 0.2, threading.Event()

    def serve(socket: ServerConnection) -> None:
        socket.send('{"type": "welcome"}')
        for number, text in enumerate(socket, 1):
            if number == 3:
                time.sleep(late_s)  # what is measured, not a wait for something
            socket.send(json.dumps({"type": "pong", "id": json.loads(text)["id"]}))
            if number == 5:
                answered.set()

    with serve_websockets(serve, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        with Witness(f"ws://127.0.0.1:{port}") as witness:
            assert answered.wait(60)
        server.shutdown()
    assert witness.longest_s >= late_s


def test_a_witness_that_cannot_enter_says_so() -> None:
    with pytest.raises(BenchError, match=r"^The member that watches could not enter: "):
        Witness(f"ws://127.0.0.1:{free_port()}").__enter__()


def test_a_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection leaves 64 KiB behind."""
    monkeypatch.setattr(experiment, "CONNECTIONS", 200)
    monkeypatch.setattr(experiment, "_REST_S", 0.3)
    monkeypatch.setattr("bench.stack.stack.Stack.serve", LEAKING)
    kept = analysis.kept_kib(_measured("fastapi-uvicorn-memory"))
    assert kept is not None
    assert kept == pytest.approx(64, rel=0.3)


def test_a_crowd_that_cannot_come_says_why() -> None:
    with CrowdProcess(machine.pinning().generator) as crowd:
        found = crowd.must(Enter(f"http://127.0.0.1:{free_port()}", 3, 2))
        assert (found.connected, found.failures) == (0, {"connection refused": 3})
        assert crowd.must(Leave()).connected == 0


def test_an_order_that_cannot_be_read_is_answered() -> None:
    with CrowdProcess(machine.pinning().generator) as crowd:
        assert b"cannot_read" in crowd.ask(b'{"order":"dance"}')
        with pytest.raises(BenchError):
            crowd.must(None)  # type: ignore[arg-type]
