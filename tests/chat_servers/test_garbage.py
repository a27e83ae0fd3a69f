"""The garbage collector leaves alone what a server has imported."""

import os
import sys
import time

import httpx
import pytest

from bench.stack.child import Child
from bench.stack.ports import free_port
from chat_servers.settings import SERVERS

APPLICATION = "tests.chat_servers.frozen_application:application"
IMPORTED = 10_000
"""Fewer objects than any server has after its imports."""


@pytest.mark.parametrize("name", SERVERS)
def test_what_is_imported_is_no_garbage(name: str) -> None:
    where = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "chat_servers", name, APPLICATION, where]
    child = Child(command, environ=os.environ)
    try:
        told = _ask(f"http://{where}/", child)
    finally:
        child.stop()
    assert told["enabled"] is True
    assert told["frozen"] > IMPORTED


def _ask(url: str, child: Child) -> dict[str, int]:
    deadline = time.monotonic() + 30
    while True:
        try:
            answer: dict[str, int] = httpx.get(url, trust_env=False).json()
        except httpx.TransportError:
            assert child.running, child.output()
            assert time.monotonic() < deadline, child.output()
            time.sleep(0.05)
        else:
            return answer


def test_an_application_that_is_not_there_is_told_by_the_server() -> None:
    command = [sys.executable, "-m", "chat_servers", "uvicorn", "nowhere:app", "127.0.0.1:0"]
    child = Child(command, environ=os.environ)
    assert child.process.wait(30) != 0
    assert 'Could not import module "nowhere"' in child.output()
    child.stop()
