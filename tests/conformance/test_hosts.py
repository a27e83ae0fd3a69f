"""The Host header: a chat answers by its own names alone. No page of others can borrow it."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conformance.browser import assert_error
from tests.conformance.target import Target

pytestmark = pytest.mark.depends_on("server")

_FOREIGN = [
    "evil.example",
    "evil.example:8001",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "xlocalhost",
    "localhost:8001:8001",
    "localhost@evil.example",
    "[::2]",
    "10.0.0.1",
    "",
]
_OWN = ["localhost", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.0.0.1:65535", "[::1]:8001"]
_ASKED = [
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/client/main.js"),
    ("GET", "/api/rooms"),
    ("GET", "/api/rooms/lobby/messages"),
    ("POST", "/api/login"),
    ("OPTIONS", "/api/rooms"),
    ("GET", "/nowhere"),
]


@pytest.mark.parametrize(("method", "path"), _ASKED)
def test_nothing_is_answered_by_another_name(http: httpx.Client, method: str, path: str) -> None:
    answer = http.request(method, path, headers={"Host": "evil.example"})
    assert_error(answer, 400, "bad_request")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", _FOREIGN)
def test_a_name_of_others_is_refused(http: httpx.Client, host: str) -> None:
    assert http.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", _OWN)
def test_this_machine_answers_by_its_own_names(http: httpx.Client, host: str) -> None:
    assert http.get("/healthz", headers={"Host": host}).json()["status"] == "ok"


def test_a_page_of_others_is_told_no_more_by_a_preflight(
    http: httpx.Client, server: Target
) -> None:
    asked = {"Origin": server.origin, "Access-Control-Request-Method": "GET"}
    answer = http.options("/api/rooms", headers={"Host": "evil.example", **asked})
    assert_error(answer, 400, "bad_request")


@pytest.mark.parametrize(("host", "status"), [("evil.example", b"403"), ("localhost", b"101")])
def test_a_handshake_by_another_name_is_refused(server: Target, host: str, status: bytes) -> None:
    parts = urlsplit(server.url)
    request = (
        f"GET /ws/rooms/hosts?name=ann HTTP/1.1\r\nHost: {host}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat.v1\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(request.encode())
        answer = connection.recv(65536)
    assert answer.split(b" ", 2)[1] == status
