"""The running server of each arm, and a separate room for each test."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.errors import BenchError
from bench.stack.stack import Stack
from tests.conformance.browser import Account, Browser, new_account
from tests.conformance.room import Room
from tests.conformance.target import Target, started


@pytest.fixture(scope="session")
def farewells() -> Iterator[Executor]:
    """Stops one stack while the next is tested; all are stopped at the end."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        yield executor


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, running_target: Target | None, farewells: Executor
) -> Iterator[Target]:
    """The tested server; started before its first test, stopped after its last."""
    if running_target is not None:
        yield running_target
        return
    try:
        stack = Stack(find_arm(request.param)).__enter__()
    except BenchError as error:
        pytest.fail(str(error), pytrace=False)
    yield started(stack)
    farewells.submit(stack.stop)


@pytest.fixture
def room(server: Target) -> Iterator[Room]:
    """An empty room."""
    with Room(server.url) as room:
        yield room


@pytest.fixture(scope="session")
def http(server: Target) -> Iterator[httpx.Client]:
    """The server's HTTP side."""
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def account(server: Target) -> Account:
    """An account of this server without a session."""
    account = new_account()
    with Browser(server) as browser:
        assert browser.register(account).status_code == 200
        browser.logout()
    return account


@pytest.fixture
def browser(server: Target) -> Iterator[Browser]:
    """A browser without a session."""
    with Browser(server) as browser:
        yield browser


@pytest.fixture(scope="session")
def signed_in(server: Target, account: Account) -> Iterator[Browser]:
    """A browser with a session of the account; tests must not end it."""
    with Browser(server) as browser:
        assert browser.login(account).status_code == 200
        yield browser


@pytest.fixture
def leaving(browser: Browser, account: Account) -> Browser:
    """A browser with a session of the account that a test may end."""
    assert browser.login(account).status_code == 200
    return browser
