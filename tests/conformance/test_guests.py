"""CHAT_GUESTS=0: a name alone is refused; users with an account may join."""

from collections.abc import Iterator

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.browser import Account, Browser, come_by_ticket, new_account
from tests.conformance.room import Room
from tests.conformance.target import Target, started

pytestmark = pytest.mark.arms_here

BOTH = ["channels-daphne-memory-sqlite", "fastapi-uvicorn-memory-sqlite"]


@pytest.fixture(scope="module", params=BOTH)
def closed_house(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A chat without guests."""
    with Stack(find_arm(request.param), environ={"CHAT_GUESTS": "0"}) as stack:
        yield started(stack)


@pytest.fixture(scope="module")
def member(closed_house: Target) -> Iterator[tuple[Browser, Account]]:
    """A signed-in browser, and its account."""
    account = new_account()
    with Browser(closed_house) as browser:
        assert browser.register(account).status_code == 200
        yield browser, account


@pytest.fixture
def room(closed_house: Target) -> Iterator[Room]:
    with Room(closed_house.url) as room:
        yield room


@pytest.mark.parametrize("name", ["ann", "", None])
def test_a_guest_cannot_join(room: Room, name: str | None) -> None:
    assert room.connect(name).closed().code == 4401


def test_an_account_joins_by_its_session(room: Room, member: tuple[Browser, Account]) -> None:
    browser, account = member
    assert browser.come(room).frame()["user"] == account.username


def test_an_account_joins_by_a_ticket(room: Room, member: tuple[Browser, Account]) -> None:
    browser, account = member
    assert come_by_ticket(room, browser.ticket()).frame()["user"] == account.username


def test_a_signed_out_user_cannot_join_as_a_guest(room: Room, closed_house: Target) -> None:
    with Browser(closed_house) as browser:
        browser.register(new_account())
        cookie = browser.cookie
        browser.logout()
    assert room.connect("ann", cookie=cookie).closed().code == 4401


@pytest.mark.parametrize("path", ["rooms", "rooms/hall/messages", "rooms/hall/images/1"])
def test_a_guest_cannot_read(
    closed_house: Target, member: tuple[Browser, Account], path: str
) -> None:
    url = f"{closed_house.url}/api/{path}"
    answer = httpx.get(url, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    cookie = {"Cookie": member[0].cookie}
    assert httpx.get(url, headers=cookie, trust_env=False).status_code in (200, 404)
