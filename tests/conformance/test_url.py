"""`--url`: the suite against a running server."""

import os
import re
import socket
import subprocess
import sys

import pytest

from bench.declared.arms import find_arm
from bench.stack.ports import free_port
from bench.stack.stack import Stack
from tests.conformance.target import NoServerError, running

pytestmark = pytest.mark.arms_here


def _ask(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/conformance",
        "-q",
        "-rx",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "--url", url, *options],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"CHAT_TESTS_FORK": "off"},  # it starts no chat
    )


def _nobodys_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (_nobodys_address(), "No chat answers at http://127.0.0.1:"),
        ("http://127.0.0.1:99999", "is no address of a chat: it takes http://HOST:PORT."),
        ("localhost:8001", "is no address of a chat: it takes http://HOST:PORT."),
        ("http://[", "is no address of a chat: it takes http://HOST:PORT."),
    ],
    ids=["nobody there", "no port", "no scheme", "no host"],
)
def test_an_address_without_a_chat_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(NoServerError, match=re.escape(sentence)):
        running(url)


def test_an_address_without_a_chat_is_refused_in_one_sentence() -> None:
    answer = _ask("localhost:8001")
    assert answer.returncode == 1
    said = (answer.stdout + answer.stderr).strip()
    assert said.endswith("'localhost:8001' is no address of a chat: it takes http://HOST:PORT.")
    assert len(said.splitlines()) == 1


def test_a_running_chat_is_tested_as_its_arm() -> None:
    port = free_port()
    # As in `chatbench up`: the server's own page may connect.
    environ = {"CHAT_ORIGINS": f"http://127.0.0.1:{port}"}
    with Stack(find_arm("channels-daphne-memory"), port=port, environ=environ) as stack:
        answer = _ask(stack.url, "-k", "test_a_server_describes_its_api or test_an_allowed_origin")
    assert answer.returncode == 0, answer.stdout
    assert "xfailed" in answer.stdout, "what its server cannot do is expected to fail"
    assert "channels-daphne-memory" in answer.stdout


def test_a_running_chat_with_a_history_is_tested_more() -> None:
    with Stack(find_arm("fastapi-uvicorn-memory-sqlite")) as stack:
        asked = "test_each_ack_goes or test_a_ticket_joins or test_without_a_history"
        kept = _ask(stack.url, "-k", asked, "-vv")
    assert kept.returncode == 0, kept.stdout
    assert "test_each_ack_goes" in kept.stdout
    assert "test_a_ticket_joins_once" in kept.stdout
    assert "test_without_a_history" not in kept.stdout


@pytest.mark.redis
def test_a_chat_that_is_no_declared_arm_is_tested_too() -> None:
    arm = find_arm("channels-daphne-redis")
    with Stack(arm, history="sqlite") as stack:
        answer = _ask(stack.url, "-k", "test_a_new_room_starts or test_a_server_describes_its_api")
    assert answer.returncode == 0, answer.stdout
    assert "channels-daphne-redis-sqlite" in answer.stdout
    assert "xfailed" in answer.stdout, "it has what its server cannot do in common with its kin"


def test_a_running_relay_is_tested_on_what_a_relay_can_do() -> None:
    with Stack(find_arm("asgi-uvicorn")) as stack:
        answer = _ask(stack.url)
    assert answer.returncode == 0, answer.stdout
    assert " passed" in answer.stdout


def test_a_failing_chat_fails_the_command() -> None:
    with Stack(find_arm("fastapi-uvicorn-memory"), environ={"CHAT_GUESTS": "0"}) as stack:
        answer = _ask(stack.url, "-k", "test_welcome")
    assert answer.returncode == 1
