"""CORS: a page from the other chat may call this one; a page of another origin reads nothing."""

import httpx
import pytest

from tests.conformance.browser import Browser, assert_error, new_account
from tests.conformance.target import Target

# A server passes headers as they are: which origins may read which paths is the framework's part.
pytestmark = [
    pytest.mark.depends_on("server", "history"),
    pytest.mark.cases_depend_on(),
]

_READ = [
    "/healthz",
    "/api/rooms",
    "/api/rooms/lobby/messages",
    "/api/rooms/lobby/images/1",
    "/api/me",
    "/client/backends.json",
]
_POSTED = ["/api/register", "/api/login", "/api/logout", "/api/ticket"]
_OWN = ["/", "/client/main.js", "/client/", "/nowhere", "/healthz/"]
_FOREIGN = [
    "http://evil.example",
    "http://localhost.evil.example:8001",
    "https://localhost:8001",
    "http://localhost:65535",
    "null",
    "*",
    "",
]


@pytest.fixture(params=_FOREIGN)
def foreign(request: pytest.FixtureRequest) -> str:
    """An origin that is not allowed."""
    origin: str = request.param
    return origin


@pytest.mark.parametrize("path", _READ)
def test_a_page_of_an_allowed_origin_may_read(
    http: httpx.Client, server: Target, path: str
) -> None:
    answer = http.get(path, headers={"Origin": server.origin})
    _assert_readable(answer, server.origin)
    assert answer.status_code == http.get(path).status_code


@pytest.mark.parametrize("path", _READ)
def test_a_page_of_another_origin_may_not_read(http: httpx.Client, foreign: str, path: str) -> None:
    _assert_unreadable(http.get(path, headers={"Origin": foreign}))


@pytest.mark.parametrize("path", _READ)
def test_a_request_without_an_origin_is_answered_as_usual(http: httpx.Client, path: str) -> None:
    _assert_unreadable(http.get(path))


@pytest.mark.parametrize("path", _OWN)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_the_clients_files_have_no_cors_headers(
    http: httpx.Client, server: Target, method: str, path: str
) -> None:
    answer = http.request(method, path, headers=_preflight(server.origin, "GET"))
    assert not {name for name in answer.headers if name.startswith("access-control-")}
    plain = http.request(method, path)
    assert (answer.status_code, answer.content) == (plain.status_code, plain.content)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/rooms/a.b/messages", 400),
        ("GET", "/api/me", 401),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/rooms/lobby/images/1", 404),
        ("DELETE", "/api/rooms", 405),
        ("OPTIONS", "/api/rooms", 405),
    ],
)
def test_an_allowed_page_may_read_errors(
    http: httpx.Client, server: Target, method: str, path: str, status: int
) -> None:
    answer = http.request(method, path, headers={"Origin": server.origin})
    assert answer.status_code == status
    assert answer.json().keys() == {"code", "detail"}
    _assert_readable(answer, server.origin)


@pytest.mark.no_history
@pytest.mark.parametrize("path", ["/api/register", "/api/login", "/api/ticket"])
def test_an_allowed_page_may_read_that_there_is_no_database(
    http: httpx.Client, server: Target, path: str
) -> None:
    answer = http.post(path, headers={"Origin": server.origin})
    assert_error(answer, 503, "unavailable")
    _assert_readable(answer, server.origin)


@pytest.mark.parametrize("path", [*_READ, *_POSTED, "/api/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_preflight_allows_the_methods_of_the_contract(
    http: httpx.Client, server: Target, method: str, path: str
) -> None:
    answer = http.options(path, headers=_preflight(server.origin, method))
    _assert_readable(answer, server.origin)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "content-type" not in answer.headers
    assert answer.headers["content-length"] == "0"
    assert _listed(answer, "access-control-allow-methods") == {"get", "post", "delete"}
    assert _listed(answer, "access-control-allow-headers") == {
        "accept",
        "accept-language",
        "content-language",
        "content-type",
    }
    assert answer.headers["access-control-max-age"] == "7200"


@pytest.mark.parametrize("path", ["/healthz", "/api/login"])
def test_a_preflight_of_another_origin_allows_nothing(
    http: httpx.Client, foreign: str, path: str
) -> None:
    answer = http.options(path, headers=_preflight(foreign, "POST"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert "origin" in _listed(answer, "vary")
    assert not {name for name in answer.headers if name.startswith("access-control-")}


def test_a_preflight_has_the_headers_of_every_answer(http: httpx.Client, server: Target) -> None:
    told = http.options("/api/login", headers=_preflight(server.origin, "POST")).headers
    every = http.get("/healthz").headers
    for name in ("cache-control", "content-security-policy", "x-content-type-options"):
        assert told[name] == every[name]


def test_images_of_the_other_chat_may_be_shown(http: httpx.Client, server: Target) -> None:
    policy = http.get("/").headers["content-security-policy"]
    directives = {name: values for name, *values in map(str.split, policy.split(";"))}
    assert set(directives["img-src"]) >= {"'self'", "blob:", "data:", server.origin}
    assert server.origin in directives["connect-src"]


@pytest.mark.history
def test_a_page_of_an_allowed_origin_signs_in_and_reads(browser: Browser, server: Target) -> None:
    browser.headers["Origin"] = server.origin
    account = new_account()
    for answer in (browser.register(account), browser.me(), browser.post("/api/ticket")):
        assert answer.status_code == 200
        _assert_readable(answer, server.origin)
    ended = browser.logout()
    assert (ended.status_code, ended.content) == (204, b"")
    assert "content-type" not in ended.headers
    _assert_readable(ended, server.origin)


@pytest.mark.history
def test_a_page_of_another_origin_cannot_read_the_reason(browser: Browser, foreign: str) -> None:
    answer = browser.post("/api/login", json={}, headers={"Origin": foreign})
    assert_error(answer, 403, "origin_not_allowed")
    _assert_unreadable(answer)


def _preflight(origin: str, method: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }


def _assert_readable(answer: httpx.Response, origin: str) -> None:
    assert answer.headers.get_list("access-control-allow-origin") == [origin]
    assert answer.headers.get_list("access-control-allow-credentials") == ["true"]
    assert "origin" in _listed(answer, "vary")


def _assert_unreadable(answer: httpx.Response) -> None:
    assert not {name for name in answer.headers if name.startswith("access-control-")}
    assert "origin" in _listed(answer, "vary")


def _listed(answer: httpx.Response, name: str) -> set[str]:
    values = ",".join(answer.headers.get_list(name)).lower().split(",")
    return {value.strip() for value in values if value.strip()}
