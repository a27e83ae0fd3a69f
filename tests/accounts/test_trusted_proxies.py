"""Only trusted proxies may name a client's address, on every server."""

from collections.abc import Iterator

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.accounts.visitor import PASSWORD, new_name

ARMS = (
    "channels-daphne-memory-sqlite",
    "channels-uvicorn-memory-sqlite",
    "fastapi-daphne-memory-sqlite",
    "fastapi-uvicorn-memory-sqlite",
)
PROXY, CLIENT = "127.0.0.2", "127.0.0.1"
ENVIRON = {"CHAT_TRUSTED_PROXIES": PROXY, "CHAT_LOGIN_LIMIT": "2/600s"}


@pytest.fixture(scope="module", params=ARMS)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    with Stack(find_arm(request.param), environ=ENVIRON) as started:
        yield started


@pytest.fixture
def name() -> str:
    """The name of an account that does not exist: guesses at its password count, too."""
    return new_name()


def guess(stack: Stack, peer: str, name: str, forwarded_for: str) -> int:
    """The status of a login from this address of the loopback."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=peer)) as http:
        body = {"username": name, "password": PASSWORD}
        headers = {"X-Forwarded-For": forwarded_for}
        return http.post(f"{stack.url}/api/login", json=body, headers=headers).status_code


def test_a_client_cannot_choose_its_address(stack: Stack, name: str) -> None:
    statuses = [guess(stack, CLIENT, name, f"192.0.2.{number}") for number in range(3)]
    assert statuses == [401, 401, 429]


def test_behind_a_proxy_each_client_has_a_separate_count(stack: Stack, name: str) -> None:
    for client in ("192.0.2.1", "192.0.2.2"):
        statuses = [guess(stack, PROXY, name, f"{number}, {client}") for number in range(3)]
        assert statuses == [401, 401, 429]
