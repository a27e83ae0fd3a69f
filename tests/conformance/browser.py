"""One who signs in: an HTTP client with its cookies, and the handshakes that it can make."""

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
    """What one signs in with."""

    username: str
    password: str = "a password of some length"

    def as_body(self) -> dict[str, str]:
        """As register and login take it."""
        return {"username": self.username, "password": self.password}


def new_account() -> Account:
    """One that no account was made of yet, here or in a run before."""
    return Account(f"u{next(_numbers)}-{time.time_ns() // 1_000_000:x}")


class Browser(httpx.Client):
    """A browser on a page of the server's own, as far as cookies and calls are concerned."""

    def __init__(self, server: Target) -> None:
        # Reading the world's certificates, which nobody here shows, takes longer than most tests.
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
        """Who is signed in."""
        return self.get("/api/me")

    def ticket(self) -> str:
        """A ticket of whoever is signed in."""
        answer = self.post("/api/ticket")
        assert answer.status_code == 200, answer.text
        ticket: str = answer.json()["ticket"]
        return ticket

    @property
    def cookie(self) -> str:
        """The Cookie header that goes with a handshake."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def come(self, room: Room, name: str | None = None, **options: Any) -> Member:
        """A connection with this browser's cookies, of which nothing is read yet."""
        return room.connect(name, cookie=self.cookie, **options)

    def come_in(self, room: Room, name: str | None = None, **options: Any) -> Member:
        """One that was welcomed."""
        member = self.come(room, name, **options)
        assert member.frame()["type"] == "welcome"
        return member


def come_by_ticket(room: Room, ticket: str, name: str | None = None, **options: Any) -> Member:
    """A connection that offers a ticket, of which nothing is read yet."""
    return room.connect(name, subprotocols=[SUBPROTOCOL, f"ticket.{ticket}"], **options)


def session_cookie(answer: httpx.Response) -> Morsel[str]:
    """The one cookie that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        found.load(header)
    (cookie,) = found.values()
    return cookie


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    """An error as the contract has them all."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()
    assert error.keys() == {"code", "detail"}
    assert error["code"] == code
    assert error["detail"]
