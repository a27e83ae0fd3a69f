"""A user who can sign in: an HTTP client with cookies, and its handshakes."""

import itertools
import time
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx

from chat_core.frames import SUBPROTOCOL
from tests.conformance.room import Member, Room
from tests.conformance.target import Target

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """The credentials of an account."""

    username: str
    password: str = "a password of some length"

    def as_body(self) -> dict[str, str]:
        """The body for register and login."""
        return {"username": self.username, "password": self.password}


def new_account() -> Account:
    """Credentials with a name that no earlier test and no earlier run has registered."""
    return Account(f"u{next(_numbers)}-{time.time_ns() // 1_000_000:x}")


class Browser(httpx.Client):
    """A browser on a page of the server, limited to cookies and calls."""

    def __init__(self, server: Target) -> None:
        # Loading certificates takes longer than most tests, and no server here has one.
        super().__init__(base_url=server.url, timeout=30, trust_env=False, verify=False)

    def register(self, account: Account) -> httpx.Response:
        """Make an account."""
        return self.post("/api/register", json=account.as_body())

    def login(self, account: Account) -> httpx.Response:
        """Sign in."""
        return self.post("/api/login", json=account.as_body())

    def logout(self) -> httpx.Response:
        """Sign out."""
        return self.post("/api/logout")

    def me(self) -> httpx.Response:
        """The answer of /api/me."""
        return self.get("/api/me")

    def ticket(self) -> str:
        """A ticket of the signed-in user."""
        answer = self.post("/api/ticket")
        assert answer.status_code == 200, answer.text
        ticket: str = answer.json()["ticket"]
        return ticket

    @property
    def cookie(self) -> str:
        """The Cookie header for a handshake."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def come(self, room: Room, name: str | None = None, **options: Any) -> Member:
        """A connection with this browser's cookies; no frame is read yet."""
        return room.connect(name, cookie=self.cookie, **options)

    def come_in(self, room: Room, name: str | None = None, **options: Any) -> Member:
        """A connection after its welcome."""
        member = self.come(room, name, **options)
        assert member.frame()["type"] == "welcome"
        return member


def come_by_ticket(room: Room, ticket: str, name: str | None = None, **options: Any) -> Member:
    """A connection that offers a ticket; no frame is read yet."""
    return room.connect(name, subprotocols=[SUBPROTOCOL, f"ticket.{ticket}"], **options)


def session_cookie(answer: httpx.Response) -> Morsel[str]:
    """The one cookie that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        found.load(header)
    (cookie,) = found.values()
    return cookie


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    """Check that an answer is an error of the contract."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()
    assert error.keys() == {"code", "detail"}
    assert error["code"] == code
    assert error["detail"]
