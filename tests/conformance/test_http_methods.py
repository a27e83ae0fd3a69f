"""HTTP methods: the same rules on every path."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conformance.browser import assert_error
from tests.conformance.target import Target

pytestmark = pytest.mark.depends_on("server", "history")

_READ = [
    "/",
    "/healthz",
    "/api/rooms",
    "/api/rooms/lobby/messages",
    "/client/main.js",
    "/client/backends.json",
    "/api/me",
]
_CALLED = ["/api/register", "/api/login", "/api/logout", "/api/ticket"]
_FRAMING = {"date", "content-length", "content-encoding", "transfer-encoding"}
"""What the server adds of its own, by what it sends; what has no body need not be compressed."""

_LONG = 7900
"""The length of a URL in characters that every server should accept, by RFC 9110."""


@pytest.mark.parametrize("path", [*_READ, "/api/rooms/lobby/images/1", "/nowhere"])
def test_head_is_get_without_its_body(http: httpx.Client, path: str) -> None:
    get, head = http.get(path), http.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert _told(head) == _told(get)
    assert head.headers.get("content-length", "0") in ("0", get.headers.get("content-length"))


@pytest.mark.parametrize("path", [path for path in _READ if path != "/api/rooms"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_resources_for_reading_accept_only_get_and_head(
    http: httpx.Client, method: str, path: str
) -> None:
    answer = http.request(method, path)
    assert_error(answer, 405, "method_not_allowed")
    assert _allowed(answer) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", _CALLED)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_calls_accept_only_post(http: httpx.Client, method: str, path: str) -> None:
    answer = http.request(method, path)
    assert_error(answer, 405, "method_not_allowed")
    assert _allowed(answer) == {"POST"}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/rooms", {"GET", "HEAD", "POST"}),
        ("/api/rooms/lobby/invitations", {"POST", "DELETE"}),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE"])
def test_what_is_read_or_changed_accepts_its_methods(
    http: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = http.request(method, path)
    assert_error(answer, 405, "method_not_allowed")
    assert _allowed(answer) == allowed


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_a_missing_path_is_404_with_any_method(http: httpx.Client, method: str) -> None:
    assert_error(http.request(method, "/api/nowhere"), 404, "not_found")


@pytest.mark.parametrize("path", [f"{path}/" for path in (*_READ[1:4], *_CALLED)])
def test_a_trailing_slash_is_another_address(http: httpx.Client, path: str) -> None:
    assert_error(http.get(path), 404, "not_found")
    assert_error(http.post(path), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/healthz?x=1", "/api/rooms?x=1&x=2", "/?backend=fastapi", "/healthz?%ff"]
)
def test_an_unknown_query_changes_nothing(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 200


def test_a_long_address_is_answered_like_any_other(server: Target) -> None:
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        path = "/api/rooms/" + "r" * _LONG + "/messages"
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b" ", 2)[1] == b"400"
    assert b'"bad_request"' in answer


def _told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in _FRAMING}


def _allowed(answer: httpx.Response) -> set[str]:
    return {method.strip() for method in answer.headers.get("allow", "").split(",")}
