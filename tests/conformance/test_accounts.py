"""Register, login, logout, me: the answers, and the session."""

import json
from typing import Any

import httpx
import pytest

from tests.conformance.browser import (
    Account,
    Browser,
    assert_error,
    new_account,
    session_cookie,
)
from tests.conformance.target import Target

pytestmark = [pytest.mark.history, pytest.mark.depends_on("server", "history")]

_FAILURES = 10
"""The number of failed logins for one name in a minute before a refusal."""

_NAME, _PASSWORD = "somebody", "a password of some length"
_CALLS = ["/api/register", "/api/login"]
_COOKIES = {("django-channels", "chat_channels_session"), ("fastapi", "chat_fastapi_session")}


def test_registering_signs_in(browser: Browser) -> None:
    account = new_account()
    answer = browser.register(account)
    assert (answer.status_code, answer.json()) == (200, {"username": account.username})
    assert browser.me().json() == {"username": account.username}


def test_logging_in_signs_in(browser: Browser, account: Account) -> None:
    answer = browser.login(account)
    assert (answer.status_code, answer.json()) == (200, {"username": account.username})
    me = browser.me()
    assert (me.status_code, me.json()) == (200, {"username": account.username})


@pytest.mark.parametrize("call", _CALLS)
def test_the_session_is_a_cookie_that_no_script_reads(
    browser: Browser, account: Account, call: str
) -> None:
    asked = account if call == "/api/login" else new_account()
    cookie = session_cookie(browser.post(call, json=asked.as_body()))
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["max-age"]
    assert len(cookie.value) >= 22, "128 bits at least"


def test_the_cookies_name_differs_from_the_other_backends(
    signed_in: Browser, http: httpx.Client
) -> None:
    """Cookies are per host and not per port, and both chats may run on one host."""
    others = {
        name
        for framework, name in _COOKIES
        if framework != http.get("/healthz").json()["framework"]
    }
    assert others
    assert not others & set(signed_in.cookies)


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_is_json_with_any_content_type(
    browser: Browser, account: Account, media: str
) -> None:
    body = json.dumps(account.as_body()).encode()
    answer = browser.post("/api/login", content=body, headers={"Content-Type": media})
    assert (answer.status_code, answer.json()) == (200, {"username": account.username})


@pytest.mark.depends_on("history")
def test_each_login_makes_a_new_session(account: Account, server: Target) -> None:
    with Browser(server) as one, Browser(server) as other:
        assert (
            session_cookie(one.login(account)).value != session_cookie(other.login(account)).value
        )


@pytest.mark.depends_on("history")
def test_a_name_is_shown_trimmed(browser: Browser) -> None:
    account = new_account()
    answer = browser.register(Account(f"  {account.username}\t"))
    assert answer.json() == {"username": account.username}
    assert browser.login(account).status_code == 200


@pytest.mark.depends_on("history")
@pytest.mark.parametrize(
    "name", [str.upper, lambda name: f" {name} ", lambda name: f"ｕ{name[1:]}"]
)
def test_a_taken_name_is_taken_in_another_form_too(
    browser: Browser, account: Account, name: Any
) -> None:
    assert_error(browser.register(Account(name(account.username))), 409, "name_taken")
    assert browser.me().status_code == 401


@pytest.mark.depends_on("history")
@pytest.mark.parametrize("password", ["eight888", "😀" * 256], ids=["shortest", "longest"])
def test_a_password_of_these_lengths_is_accepted(browser: Browser, password: str) -> None:
    account = Account(new_account().username, password)
    assert browser.register(account).status_code == 200
    assert browser.login(account).status_code == 200
    assert browser.login(Account(account.username, password[:-1] + "x")).status_code == 401


@pytest.mark.depends_on("server")
@pytest.mark.cases_depend_on
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="no body"),
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 5000, id="nesting without end"),
        pytest.param({}, id="nothing"),
        pytest.param({"username": _NAME}, id="no password"),
        pytest.param({"password": _PASSWORD}, id="no username"),
        pytest.param({"username": 7, "password": _PASSWORD}, id="a number for a name"),
        pytest.param({"username": _NAME, "password": None}, id="null for a password"),
        pytest.param({"username": "", "password": _PASSWORD}, id="an empty name"),
        pytest.param({"username": " \t", "password": _PASSWORD}, id="a name of white space"),
        pytest.param({"username": "n" * 33, "password": _PASSWORD}, id="a name of 33"),
        pytest.param({"username": "a\x07b", "password": _PASSWORD}, id="a control character"),
        pytest.param({"username": "a\0b", "password": _PASSWORD}, id="NUL in a name"),
        pytest.param({"username": "\u200b", "password": _PASSWORD}, id="a name that is not seen"),
        pytest.param({"username": _NAME, "password": "seven77"}, id="a password of 7"),
        pytest.param({"username": _NAME, "password": "p" * 257}, id="a password of 257"),
        pytest.param(b'{"username":"\\ud800","password":"12345678"}', id="a lone surrogate"),
    ],
)
@pytest.mark.parametrize("call", _CALLS)
def test_bad_fields_are_refused(browser: Browser, call: str, body: Any) -> None:
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    assert_error(browser.post(call, **sent), 400, "bad_request")


@pytest.mark.parametrize("call", _CALLS)
def test_a_body_that_is_much_too_long_is_refused(browser: Browser, call: str) -> None:
    body = {"username": _NAME, "password": "p" * 3_000_000}
    answer = browser.post(call, json=body)
    assert answer.status_code in (400, 413)
    assert answer.json().keys() == {"code", "detail"}


@pytest.mark.depends_on("history")
def test_a_wrong_password_and_an_unknown_name_have_the_same_answer(
    browser: Browser, account: Account
) -> None:
    wrong = browser.login(Account(account.username, "another password"))
    unknown = browser.login(new_account())
    assert_error(wrong, 401, "wrong_password")
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())
    assert _told(unknown) == _told(wrong)
    assert browser.me().status_code == 401


@pytest.mark.depends_on("history")
def test_a_password_counts_after_a_nul_too(browser: Browser) -> None:
    account = Account(new_account().username, "12345678\0tail")
    assert browser.register(account).status_code == 200
    assert browser.login(Account(account.username, "12345678\0tale")).status_code == 401
    assert browser.login(account).status_code == 200


@pytest.mark.depends_on("history")
def test_guessing_is_stopped_for_that_name_only(browser: Browser, account: Account) -> None:
    victim = new_account()
    browser.register(victim)
    browser.logout()
    for _ in range(_FAILURES):
        assert_error(
            browser.login(Account(victim.username, "a guess of mine")), 401, "wrong_password"
        )
    stopped = browser.login(Account(victim.username.upper(), "a guess of mine"))
    assert_error(stopped, 429, "too_many_attempts")
    assert 0 < int(stopped.headers["retry-after"]) <= 60
    assert_error(browser.login(victim), 429, "too_many_attempts")
    assert browser.login(account).status_code == 200


def test_without_a_session_no_user_is_signed_in(browser: Browser) -> None:
    assert_error(browser.me(), 401, "not_signed_in")


@pytest.mark.parametrize("value", ["", "x", "0" * 43, "a.b.c", "%00", "Ω" * 10], ids=repr)
def test_an_invented_session_is_not_valid(browser: Browser, account: Account, value: str) -> None:
    name = session_cookie(browser.login(account)).key
    browser.cookies.clear()
    answer = browser.get("/api/me", headers={b"Cookie": f"{name}={value}".encode()})
    assert_error(answer, 401, "not_signed_in")


def test_logout_ends_the_session(leaving: Browser) -> None:
    cookie = leaving.cookie
    answer = leaving.logout()
    assert (answer.status_code, answer.content) == (204, b"")
    assert leaving.cookie == "", "the browser is told to forget it"
    assert_error(leaving.me(), 401, "not_signed_in")
    kept = leaving.get("/api/me", headers={"Cookie": cookie})
    assert_error(kept, 401, "not_signed_in")


@pytest.mark.depends_on("history")
def test_logout_ends_only_this_session(leaving: Browser, account: Account, server: Target) -> None:
    with Browser(server) as other:
        other.login(account)
        leaving.logout()
        assert other.me().status_code == 200


def test_a_logout_without_a_session_is_allowed(browser: Browser) -> None:
    assert browser.logout().status_code == 204


@pytest.mark.depends_on("history")
def test_a_second_login_replaces_the_session(leaving: Browser) -> None:
    first = leaving.cookie
    account = new_account()
    assert leaving.register(account).status_code == 200
    assert leaving.me().json() == {"username": account.username}
    assert leaving.cookie != first
    leaving.cookies.clear()
    assert_error(leaving.get("/api/me", headers={"Cookie": first}), 401, "not_signed_in")


@pytest.mark.depends_on("server")
@pytest.mark.cases_depend_on
@pytest.mark.parametrize("call", ["/api/register", "/api/login", "/api/logout", "/api/ticket"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:65535"])
def test_a_page_of_another_origin_may_change_nothing(
    signed_in: Browser, call: str, origin: str
) -> None:
    answer = signed_in.post(call, json=new_account().as_body(), headers={"Origin": origin})
    assert_error(answer, 403, "origin_not_allowed")
    assert answer.headers.get_list("set-cookie") == []
    assert signed_in.me().status_code == 200


def test_a_page_of_an_allowed_origin_may_change_things(
    browser: Browser, account: Account, server: Target
) -> None:
    for origin in (server.origin, server.origin.upper()):
        answer = browser.post("/api/login", json=account.as_body(), headers={"Origin": origin})
        assert answer.status_code == 200


def test_answers_with_an_identity_are_not_cached(signed_in: Browser) -> None:
    assert signed_in.me().headers["cache-control"] in ("no-cache", "no-store", "private, no-store")


def _told(answer: httpx.Response) -> set[str]:
    return set(answer.headers) - {"date"}
