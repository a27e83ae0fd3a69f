"""Both chats, each with a history, a signed-in user and a room with messages."""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.cookiejar import Cookie, CookieJar

import httpx
import pytest
from websockets.sync.client import connect

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from chat_core import vectors

ARMS = {
    "channels": "channels-uvicorn-memory-sqlite",
    "fastapi": "fastapi-uvicorn-memory-sqlite",
}
SETTINGS = {"CHAT_LOGIN_LIMIT": "off", "CHAT_RATE_LIMIT": "off"}
PASSWORD = "correct horse battery staple"
ROOM = "lobby"
PRIVATE = "parlour"


class NoCookies(CookieJar):
    """Stores no cookies: each request sets its own."""

    def set_cookie(self, cookie: Cookie) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Backend:
    """A running chat; message 1 of `ROOM` is a text, message 2 an image.

    `PRIVATE` is a private room of the user.
    """

    http: httpx.Client
    """Keeps no cookies."""
    username: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return str(self.http.base_url)

    def new_username(self) -> str:
        """A name that no account has."""
        return uuid.uuid4().hex

    def sign_in(self) -> dict[str, str]:
        """The cookies of a new session."""
        body = {"username": self.username, "password": PASSWORD}
        answer = self.http.post("/api/login", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.cookies)


@pytest.fixture(scope="package")
def backends() -> Iterator[tuple[Backend, ...]]:
    """Both chats."""
    with ExitStack() as running:
        yield tuple(_prepared(arm, running) for arm in ARMS.values())


@pytest.fixture(params=ARMS)
def backend(request: pytest.FixtureRequest, backends: tuple[Backend, ...]) -> Backend:
    """One of the two chats."""
    return backends[list(ARMS).index(request.param)]


def _prepared(arm: str, running: ExitStack) -> Backend:
    stack = running.enter_context(Stack(find_arm(arm), environ=SETTINGS))
    _fill_the_room(stack)
    http = running.enter_context(httpx.Client(base_url=stack.url, cookies=NoCookies()))
    username = uuid.uuid4().hex
    answer = http.post("/api/register", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200
    cookie = "; ".join(map("=".join, answer.cookies.items()))
    private = {"room": PRIVATE, "private": True}
    assert http.post("/api/rooms", json=private, headers={"Cookie": cookie}).status_code == 201
    return Backend(http, username)


def _fill_the_room(stack: Stack) -> None:
    image: bytes = vectors.load("images_accepted")[0]["sent"]
    with connect(stack.ws_url(ROOM, "ann")) as socket:
        for frame in (json.dumps({"type": "say", "id": "text", "text": "hello"}), image):
            socket.send(frame)
            while "ack" not in str(socket.recv(timeout=30)):
                pass
