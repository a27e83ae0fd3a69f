"""Requests that no document describes: both chats answer them alike, and never with a failure."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

import pytest

from chat_core.http_contract import SESSION_COOKIES
from tests.contract.conftest import PASSWORD, Backend

JSON = {"Content-Type": "application/json"}
PATHS = (
    *("/api", "/api/", "/api/nowhere", "/api/me/", "/api/rooms/", "/api/rooms/lobby"),
    *("/api/rooms//messages", "/api/rooms/a%2Fb/messages", "/api/rooms/%ff/messages"),
    *("/api/rooms/a%00b/messages", "/api/rooms/a%0a/messages", "/api/rooms/lobby/messages/"),
    *("/api/rooms/lobby/images/", "/api/rooms/lobby/images/0", "/api/rooms/lobby/images/02"),
    *("/api/rooms/lobby/images/-1", "/api/rooms/lobby/images/x", "/api/rooms/lobby/images/1"),
    *("/api/rooms/lobby/images/%D9%A3", "/api/rooms/lobby/images/99999999999999999999"),
    *("/api/rooms/lobby/images/2%0a", "/api/rooms/%20/images/2", "/healthz/", "//healthz"),
    *("/client", "/client/", "/client/%ff", "/client/..", "/client/%2e%2e/README.md"),
    *("/client/MAIN.JS", "/favicon.ico"),
)
QUERIES = (
    *("limit=0", "limit=201", "limit=-1", "limit=x", "limit=", "limit=1&limit=x"),
    *("limit=x&limit=1", "limit=1.0", "limit=%201", "limit=%D9%A3", "limit=1e1", "x=1"),
    *("before=0", "before=2", "before=", "before=999999999999999999", "before=%00"),
    *("before=9999999999999999999", "before=%ff", "before=2;limit=1", "before=+2"),
)
BODIES = (
    *(b"", b"{}", b"[]", b"null", b"\xff", b"[" * 5000, b"username=a&password=b"),
    b'{"username":1,"password":2}',
    b'{"username":"\\ud800","password":"12345678"}',
    b'{"username":"a\\u0000b","password":"12345678"}',
    b'{"username":"","password":"12345678"}',
    b'{"username":"x","password":"short"}',
    b'{"username":"x","password":"12345678","password":"short"}',
    b'{"username":"x","password":"%s"}' % (b"x" * 257),
    b'{"username":"%s","password":"12345678"}' % (b"x" * 33),
    b'{"username":"%s","password":"12345678"}' % (b"x" * 40_000),
)
COOKIES = (
    "SESSION=x",
    "SESSION=",
    "SESSION=\xe9",
    "SESSION=%ff;;;",
    "=;=",
    "SESSION=" + "a" * 3000,
)
ORIGINS = ("http://elsewhere.example", "null", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of an answer that must be the same; `body` is parsed if it is JSON."""

    status: int
    media: str
    allow: frozenset[str]
    kept: str | None
    sniffed: str | None
    body: Any


@pytest.mark.parametrize("path", PATHS)
def test_a_path(backends: tuple[Backend, ...], path: str) -> None:
    assert _answer(backends, "GET", path).status in (400, 404)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query(backends: tuple[Backend, ...], query: str) -> None:
    assert _answer(backends, "GET", f"/api/rooms/lobby/messages?{query}").status in (200, 400)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("path", ["/api/register", "/api/login"])
def test_a_body(backends: tuple[Backend, ...], path: str, body: bytes) -> None:
    assert _answer(backends, "POST", path, JSON, body).status == 400


@pytest.mark.parametrize("media", ["text/plain", "multipart/form-data", "", "application/json;"])
def test_a_body_is_json_whatever_its_header_says(backends: tuple[Backend, ...], media: str) -> None:
    body = json.dumps({"username": "nobody at all", "password": PASSWORD}).encode()
    answer = _answer(backends, "POST", "/api/login", {"Content-Type": media}, body)
    assert answer.status == 401


@pytest.mark.parametrize("cookie", COOKIES, ids=lambda cookie: cookie[:16])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/me", 401),
        ("POST", "/api/ticket", 401),
        ("POST", "/api/logout", 204),
        ("POST", "/api/rooms", 401),
        ("DELETE", "/api/rooms/lobby/invitations", 401),
    ],
)
def test_a_cookie(
    backends: tuple[Backend, ...], method: str, path: str, status: int, cookie: str
) -> None:
    assert _answer(backends, method, path, {"Cookie": cookie}).status == status


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize(
    "path", ["/api/register", "/api/login", "/api/logout", "/api/ticket", "/api/rooms"]
)
def test_an_origin(backends: tuple[Backend, ...], path: str, origin: str) -> None:
    assert _answer(backends, "POST", path, {"Origin": origin}, b"{}").status == 403


@pytest.mark.parametrize("origin", ORIGINS)
def test_requests_that_change_nothing_ignore_the_origin(
    backends: tuple[Backend, ...], origin: str
) -> None:
    assert _answer(backends, "GET", "/api/rooms", {"Origin": origin}).status == 200


def _answer(
    backends: tuple[Backend, ...],
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """The common answer of both chats; fails if they differ."""
    cookies = (SESSION_COOKIES[name] for name in ("django-channels", "fastapi"))
    first, second = (
        _ask(backend, method, path, _with_cookie(headers or {}, cookie), body)
        for backend, cookie in zip(backends, cookies, strict=True)
    )
    assert first == second
    assert first.status in (200, 204) or first.body.keys() == {"code", "detail"}
    return first


def _with_cookie(headers: dict[str, str], cookie: str) -> dict[str, str]:
    return {name: value.replace("SESSION", cookie) for name, value in headers.items()}


def _ask(backend: Backend, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """Send a request by hand, because no HTTP client sends such a one."""
    address = (backend.http.base_url.host, backend.http.base_url.port or 80)
    sent = {"Host": "localhost", "Connection": "close", "Content-Length": len(body)} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)
        answer = HTTPResponse(connection, method=method)
        answer.begin()
        content = answer.read()
    media = answer.headers.get_content_type() if content else ""
    return Answer(
        answer.status,
        media,
        frozenset((answer.headers["Allow"] or "").split(", ")),
        answer.headers["Cache-Control"],
        answer.headers["X-Content-Type-Options"],
        json.loads(content, object_hook=_timeless) if media == "application/json" else content,
    )


def _timeless(found: dict[str, Any]) -> dict[str, Any]:
    """An object without the times of messages, which differ between the chats."""
    return {name: value for name, value in found.items() if name != "at"}
