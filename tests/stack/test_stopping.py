"""SIGTERM with members inside: a close in time, and no acknowledged message is lost."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.declared.arms import find_arm, load_arms
from bench.stack.child import Child
from bench.stack.ports import free_port
from bench.stack.stack import Stack, health
from chat_servers import settings as server_settings
from tests.conformance.room import Room
from tests.stack.listening import Listener, kept
from tests.stack.test_stack import ON_EACH_SERVER

WITH_A_LIFESPAN = ["channels-uvicorn-memory", "fastapi-uvicorn-memory"]
"""Daphne tells an application nothing about its end."""


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_messages_acknowledged_before_a_stop_are_kept(arm: str) -> None:
    environ = {"CHAT_RATE_LIMIT": "off"}
    with Stack(find_arm(arm), history="sqlite", environ=environ) as stack, Room(stack.url) as room:
        writers = [Listener(member) for member in room.gather("ann", "bob", "cid")]
        for number in range(100):
            for writer in writers:
                writer.member.say(f"{number}")
        for writer in writers:
            writer.until_acked()
        os.kill(stack.children[0].pid, signal.SIGTERM)
        for writer in writers:
            writer.until_closed()
        stack.children.pop().stop()
        stack.start_worker()
        stack.wait_until_healthy()
        records = {record["seq"]: record["id"] for record in kept(stack.url, room)}
    for writer in writers:
        assert all(records.get(ack["seq"]) == ack["id"] for ack in writer.acks)
    assert sorted(records) == list(range(1, len(records) + 1))


@pytest.fixture
def stuck(arm: str) -> Iterator[tuple[Child, Room, int]]:
    """A server alone on its port, with a member that reads nothing."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    served = find_arm(arm)
    command = [sys.executable, "-m", "chat_servers", served.server, served.application, address]
    environ = {key: os.environ[key] for key in os.environ if not key.startswith("CHAT_")}
    child = Child(command, environ=environ | {"CHAT_RATE_LIMIT": "off"})
    try:
        _wait_for(f"http://{address}")
        with Room(f"http://{address}") as room:
            (ann,) = room.gather("ann")
            room.enter("stuck", receive_buffer=4096)
            for _ in range(400):  # more than the socket buffers hold, less than the outbox
                ann.until("message", id=ann.say("😀" * 4000))
            yield child, room, port
    finally:
        child.stop()


@pytest.mark.parametrize("arm", ON_EACH_SERVER)
def test_a_blocked_reader_delays_a_stop_no_longer_than_the_grace(
    stuck: tuple[Child, Room, int],
) -> None:
    child, room, port = stuck
    bob = room.enter("bob")
    child.ask_to_stop()
    assert bob.closed().code == 1012
    assert child.running, "the reader is not stuck"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    child.process.wait(server_settings.STOP_SECONDS + 4)


@pytest.mark.parametrize("arm", [arm.id for arm in load_arms().values() if arm.framework == "asgi"])
def test_a_stop_closes_with_the_code_for_a_restart(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Room(stack.url) as room:
        ann = room.enter("ann")
        stack.children[0].ask_to_stop()
        assert ann.closed().code == 1012


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if health(url):
            return
        time.sleep(0.02)
    raise AssertionError(f"nobody answers at {url}")


@pytest.mark.parametrize("arm", WITH_A_LIFESPAN)
def test_a_server_that_stops_closes_its_database(arm: str, tmp_path: Path) -> None:
    """SQLite's log goes when the last connection is closed, and not when a process just ends."""
    history = f"sqlite:///{tmp_path / 'chat.db'}"
    with Stack(find_arm(arm), history=history) as stack, Room(stack.url) as room:
        (ann,) = room.gather("ann")
        ann.ack(ann.say("hello"))
        assert (tmp_path / "chat.db-wal").exists()
        ann.close()
        worker = stack.children[0]
        worker.ask_to_stop()
        assert worker.process.wait(server_settings.STOP_SECONDS + 20) in (0, -signal.SIGTERM)
        assert not (tmp_path / "chat.db-wal").exists()
        assert "Traceback" not in worker.output()
