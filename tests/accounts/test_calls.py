"""Register, login, logout, me, ticket: every row of the contract."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.stack.stack import Stack
from tests.accounts.visitor import PASSWORD, Visitor, new_name, refusal

STATE_CHANGING = ("register", "login", "logout", "ticket")
BAD_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"ann"',
    b"\xff",
    b"[" * 5000,
    b'{"username":"ann"}',
    b'{"password":"long enough"}',
    b'{"username":1,"password":"long enough"}',
    b'{"username":"ann","password":null}',
    b'{"username":"","password":"long enough"}',
    b'{"username":"  ","password":"long enough"}',
    b'{"username":"\\u0000","password":"long enough"}',
    b'{"username":"\\ud800","password":"long enough"}',
    b'{"username":"\\u200b","password":"long enough"}',
    json.dumps({"username": "a" * 33, "password": "long enough"}).encode(),
    json.dumps({"username": "ann", "password": "a" * 7}).encode(),
    json.dumps({"username": "ann", "password": "a" * 257}).encode(),
    json.dumps({"username": "ann", "password": "long enough", "more": "a" * 20_000}).encode(),
)


def test_registering_signs_in(visitor: Visitor) -> None:
    visitor.register()
    assert visitor.me().json() == {"username": visitor.name}


def test_a_name_is_shown_trimmed_and_kept_as_it_was_written(visitor: Visitor) -> None:
    name = f"Ünï-{new_name()}"[:32]
    assert visitor.enter("register", f"  {name} ").json() == {"username": name}
    assert visitor.enter("login", name.upper()).json() == {"username": name}
    assert visitor.me().json() == {"username": name}


@pytest.mark.parametrize("length", [8, 256])
def test_passwords_of_any_allowed_length(visitor: Visitor, length: int) -> None:
    password = "\N{GRINNING FACE}\0"[:2] * (length // 2)
    visitor.register(password=password)
    assert visitor.enter("login", visitor.name, password).status_code == 200
    assert visitor.enter("login", visitor.name, password[:-1] + "x").status_code == 401


def test_a_name_is_taken_in_every_unicode_form(visitor: Visitor, other: Visitor) -> None:
    visitor.register(f"straße ﬁ {new_name()[-8:]}")
    tail = visitor.name.split()[-1]
    for name in (visitor.name, f"STRASSE FI {tail.upper()}", f"straße\u00a0fi\u200d {tail}"):
        assert refusal(other.enter("register", name)) == (409, "name_taken")
    assert "set-cookie" not in other.enter("register", visitor.name).headers


def test_of_simultaneous_registrations_of_a_name_one_succeeds(stack: Stack) -> None:
    name = new_name()

    def register(_: int) -> int:
        with Visitor(stack.url) as visitor:
            return visitor.enter("register", name).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(register, range(6))) == [200, 409, 409, 409, 409, 409]


def test_a_wrong_password_and_an_unknown_user_have_the_same_answer(
    visitor: Visitor, other: Visitor
) -> None:
    visitor.register()
    wrong = other.enter("login", visitor.name, "not the password")
    unknown = other.enter("login", new_name(), "not the password")
    assert refusal(wrong) == (401, "wrong_password")
    assert wrong.content == unknown.content
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize("call", ["register", "login"])
@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:40]))
def test_bad_fields_are_refused(visitor: Visitor, call: str, body: bytes) -> None:
    answer = visitor.http.post(f"/api/{call}", content=body)
    assert refusal(answer) == (400, "bad_request")
    assert "\n" not in answer.json()["detail"]


def test_a_body_without_a_length_is_bounded(visitor: Visitor) -> None:
    answer = visitor.http.post("/api/login", content=(b"a" * 1000 for _ in range(40)))
    assert refusal(answer) == (400, "bad_request")


@pytest.mark.parametrize("call", STATE_CHANGING)
@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_a_call_from_a_foreign_origin_is_refused(visitor: Visitor, call: str, origin: str) -> None:
    visitor.register()
    body = {"username": visitor.name, "password": PASSWORD}
    answer = visitor.post(call, body, Origin=origin)
    assert refusal(answer) == (403, "origin_not_allowed")
    assert "set-cookie" not in answer.headers
    assert visitor.me().status_code == 200


@pytest.mark.parametrize("call", STATE_CHANGING)
def test_an_allowed_origin_may_call(visitor: Visitor, call: str) -> None:
    visitor.register()
    name = new_name() if call == "register" else visitor.name
    body = {"username": name, "password": PASSWORD}
    assert visitor.post(call, body, Origin="http://localhost:8001").is_success


@pytest.mark.parametrize("call", STATE_CHANGING)
def test_a_get_changes_nothing(visitor: Visitor, call: str) -> None:
    visitor.register()
    assert refusal(visitor.http.get(f"/api/{call}")) == (405, "method_not_allowed")
    assert visitor.me().status_code == 200


def test_without_a_session_no_user_is_signed_in(visitor: Visitor) -> None:
    assert refusal(visitor.me()) == (401, "not_signed_in")
    assert refusal(visitor.post("ticket")) == (401, "not_signed_in")
    assert visitor.post("logout").status_code == 204


@pytest.mark.parametrize("value", ["", "x" * 43, "a" * 5000, '"\\000"', "é"])
def test_an_unknown_cookie_is_no_session(stack: Stack, visitor: Visitor, value: str) -> None:
    name = visitor.register().cookie.partition("=")[0]
    with Visitor(stack.url, f"{name}={value}") as stranger:
        assert refusal(stranger.me()) == (401, "not_signed_in")
        assert refusal(stranger.post("ticket")) == (401, "not_signed_in")
        assert stranger.post("logout").status_code == 204


def test_logout_ends_the_session_on_the_server(stack: Stack, visitor: Visitor) -> None:
    with Visitor(stack.url, visitor.register().cookie) as thief:
        assert thief.me().status_code == 200
        answer = visitor.post("logout")
        assert (answer.status_code, answer.content) == (204, b"")
        assert refusal(thief.me()) == (401, "not_signed_in")
        assert refusal(thief.post("ticket")) == (401, "not_signed_in")
    assert not visitor.http.cookies


def test_logout_ends_no_other_session_of_the_user(visitor: Visitor, other: Visitor) -> None:
    visitor.register()
    assert other.enter("login", visitor.name).status_code == 200
    visitor.post("logout")
    assert other.me().status_code == 200


@pytest.mark.parametrize("call", ["login", "register"])
def test_a_login_never_reuses_a_session_cookie(stack: Stack, visitor: Visitor, call: str) -> None:
    """A cookie from before a login gives no access after it."""
    known = visitor.register().cookie
    name = new_name() if call == "register" else visitor.name
    assert visitor.post(call, {"username": name, "password": PASSWORD}).status_code == 200
    assert visitor.cookie != known
    with Visitor(stack.url, known) as attacker:
        assert refusal(attacker.me()) == (401, "not_signed_in")


def test_a_login_does_not_accept_an_invented_session_cookie(stack: Stack, visitor: Visitor) -> None:
    name, _, value = visitor.register().cookie.partition("=")
    fixed = f"{name}={'a' * len(value)}"
    with Visitor(stack.url, fixed) as victim, Visitor(stack.url, fixed) as attacker:
        assert victim.enter("login", visitor.name).status_code == 200
        assert refusal(attacker.me()) == (401, "not_signed_in")
