"""An HTTP client with a cookie jar."""

import itertools
import time
from types import TracebackType
from typing import Any, Self

import httpx

PASSWORD = "correct horse battery staple"

_numbers = itertools.count(1)


def new_name() -> str:
    """A name that no account has."""
    return f"ann-{next(_numbers)}-{time.monotonic_ns():x}"


class Visitor:
    """Calls the HTTP side of a chat, and keeps the session cookie."""

    def __init__(self, url: str, cookie: str | None = None) -> None:
        self.url = url
        headers = {} if cookie is None else {b"Cookie": cookie.encode()}
        # Loading certificates takes long, and these tests need none.
        self.http = httpx.Client(base_url=url, timeout=30, headers=headers, verify=False)
        self.name = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        ((name, value),) = self.http.cookies.items()
        return f"{name}={value}"

    def post(self, call: str, body: Any = None, **headers: str) -> httpx.Response:
        """Make a call with a JSON body, or without a body."""
        return self.http.post(f"/api/{call}", json=body, headers=headers)

    def register(self, name: str | None = None, password: str = PASSWORD) -> Self:
        """Make an account, and sign in."""
        self.name = name or new_name()
        answer = self.enter("register", self.name, password)
        assert (answer.status_code, answer.json()) == (200, {"username": self.name})
        return self

    def enter(self, call: str, name: str, password: str = PASSWORD) -> httpx.Response:
        """Register or log in."""
        return self.post(call, {"username": name, "password": password})

    def me(self) -> httpx.Response:
        """The answer of /api/me."""
        return self.http.get("/api/me")

    def ticket(self) -> str:
        """A new ticket, as the subprotocol that offers it."""
        answer = self.post("ticket")
        assert answer.status_code == 200
        return f"ticket.{answer.json()['ticket']}"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error answer; checks that it has the contract's form."""
    body = answer.json()
    assert set(body) == {"code", "detail"}
    assert body["detail"]
    return answer.status_code, body["code"]
