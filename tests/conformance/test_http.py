"""The HTTP side: health, rooms, the browser client, and errors as JSON."""

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conformance.room import Room
from tests.conformance.target import Target

_SECURITY = {
    "cache-control": "no-cache",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@pytest.mark.relay
def test_health_names_the_server(server: Target, http: httpx.Client) -> None:
    answer = http.get("/healthz")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    health: dict[str, Any] = answer.json()
    assert health.keys() == {
        "status",
        "framework",
        "server",
        "fanout",
        "history",
        "version",
        "pid",
    }
    assert health.pop("status") == "ok"
    assert health["history"] == server.history
    assert isinstance(health.pop("pid"), int)
    assert all(isinstance(value, str) and value for value in health.values())


def test_only_rooms_with_members_are_listed(room: Room, http: httpx.Client) -> None:
    assert _members_of(room, http) is None
    ann, _bob = room.gather("ann", "bob")
    assert _members_of(room, http) == 2
    ann.close()
    _wait_for_members(room, http, 1)
    _bob.close()
    _wait_for_members(room, http, None)


def test_rooms_are_sorted_by_name(room: Room, http: httpx.Client) -> None:
    with Room(room.url, f"{room.name}-b") as second, Room(room.url, f"{room.name}-a") as first:
        second.enter("ann")
        first.enter("ann")
        names = [entry["room"] for entry in http.get("/api/rooms").json()]
    assert [name for name in names if name.startswith(room.name)] == [first.name, second.name]


@pytest.mark.depends_on("server")
def test_the_client_is_at_the_root(http: httpx.Client) -> None:
    answer = http.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.lower().startswith("<!doctype html>")


@pytest.mark.depends_on("server")
def test_the_client_gets_the_backends_urls(http: httpx.Client) -> None:
    answer = http.get("/client/backends.json").json()
    assert answer["self"] == http.get("/healthz").json()["framework"]
    assert all(origin.startswith("http") for origin in answer["backends"].values())
    assert answer["companion"] is None or answer["companion"].startswith("http")


@pytest.mark.depends_on("server")
@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/nowhere",
        "/client/nowhere.js",
        "/client/",
        "/client",
        "/ws/rooms/lobby?name=ann",
        "/healthz/",
    ],
)
def test_a_404_is_json(http: httpx.Client, path: str) -> None:
    _assert_error(http.get(path), 404, "not_found")


@pytest.mark.depends_on("server")
@pytest.mark.parametrize("path", ["/healthz", "/api/me", "/", "/client/main.js"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_405_is_json(http: httpx.Client, method: str, path: str) -> None:
    _assert_error(http.request(method, path), 405, "method_not_allowed")


@pytest.mark.depends_on("server")
@pytest.mark.parametrize(
    "path",
    [
        "/client/../pyproject.toml",
        "/client/%2e%2e/pyproject.toml",
        "/client/..%2fpyproject.toml",
        "/client/%2e%2e%2fpyproject.toml",
        "/client/..%5cpyproject.toml",
        "/client//etc/passwd",
        "/client/%2fetc/passwd",
        "/client/main.js%00.css",
    ],
)
def test_nothing_outside_the_client_is_served(server: Target, path: str) -> None:
    head, body = _raw_get(server.url, path)
    assert head.split()[1] in ("400", "404")
    assert "chat-bench" not in body
    assert "root:" not in body
    assert '"code"' in body


@pytest.mark.depends_on("server", "history")
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/rooms", "/client/main.js", "/nowhere"])
def test_every_answer_carries_the_security_headers(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert {name: headers.get(name) for name in _SECURITY} == _SECURITY
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)


def _assert_error(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()
    assert error.keys() == {"code", "detail"}
    assert error["code"] == code
    assert error["detail"]


def _members_of(room: Room, http: httpx.Client) -> int | None:
    rooms = {entry["room"]: entry["members"] for entry in http.get("/api/rooms").json()}
    return rooms.get(room.name)


def _wait_for_members(room: Room, http: httpx.Client, members: int | None) -> None:
    deadline = time.monotonic() + 20
    while _members_of(room, http) != members:
        assert time.monotonic() < deadline, f"/api/rooms does not come to {members}"


def _raw_get(url: str, path: str) -> tuple[str, str]:
    """Head and body of the answer to a path that HTTP clients would change before sending."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    return head, body
