"""Settings of accounts: production, no database, an outage of the database, the login limit."""

import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator

import httpx
import pytest

from bench.declared.arms import find_arm
from bench.stack.engines import RedisEngine
from bench.stack.postgres import PostgresEngine
from bench.stack.stack import Stack
from chat_core.accounts import SESSION_SECONDS
from tests.accounts.conftest import SHARED
from tests.accounts.visitor import PASSWORD, Visitor, new_name, refusal
from tests.conformance.room import Room
from tests.stack.workers import only

EMBEDDED = ("channels-uvicorn-memory-sqlite", "fastapi-uvicorn-memory-sqlite")
WITHOUT = ("channels-uvicorn-memory", "fastapi-uvicorn-memory")
EXPIRED = {
    "django-channels": (
        (
            "INSERT INTO accounts_session (session_key, session_data, expire_date) "
            "VALUES ('expired', '', '2020-01-01')",
            "INSERT INTO accounts_ticket (key, expires_at, account_id, session_id) "
            "VALUES ('expired', '2020-01-01', 1, 'expired')",
        ),
        {"accounts_session": "session_key", "accounts_ticket": "key"},
    ),
    "fastapi": (
        (
            "INSERT INTO fastapi_chat_session (key, account_id, expires_at) "
            "VALUES ('expired', 1, 0)",
            "INSERT INTO fastapi_chat_ticket (key, session, expires_at) "
            "VALUES ('expired', 'expired', 0)",
        ),
        {"fastapi_chat_session": "key", "fastapi_chat_ticket": "key"},
    ),
}
"""Statements that make an old session and an old ticket; the tables of both, and their keys."""

COOKIE = {"httponly", "samesite=lax", "path=/", f"max-age={SESSION_SECONDS}"}


def test_the_cookie(visitor: Visitor) -> None:
    assert _attributes(visitor.enter("register", new_name())) == COOKIE


@pytest.fixture(scope="module", params=EMBEDDED)
def production(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A chat in production, where only users with an account may join."""
    environ = {
        "CHAT_ENV": "production",
        "CHAT_ORIGINS": "https://chat.example",
        "CHAT_GUESTS": "0",
        # In production there are limits; these are the defaults.
        "CHAT_BYTE_RATE": "2MiB/1s",
        "CHAT_HANDSHAKE_RATE": "50/1s",
    }
    history = f"sqlite:///{tmp_path_factory.mktemp('accounts') / 'chat.db'}"
    with Stack(find_arm(request.param), history=history, environ=environ) as stack:
        yield stack


def test_in_production_without_guests(production: Stack) -> None:
    with Visitor(production.url) as visitor, Room(production.url) as room:
        name = new_name()
        answer = visitor.enter("register", name)
        assert _attributes(answer) == COOKIE | {"secure"}
        cookie = _cookie(answer)
        assert room.connect(None, cookie=cookie).frame()["user"] == name
        assert room.connect("guest").closed().code == 4401
        assert room.connect("guest", cookie=f"{cookie}x").closed().code == 4401


def test_another_secret_key_ends_all_sessions(production: Stack) -> None:
    with Visitor(production.url) as visitor:
        name = new_name()
        cookie = _cookie(visitor.enter("register", name))
    with Visitor(production.url, cookie) as visitor:
        assert visitor.me().json() == {"username": name}
    with (
        Stack(
            production.arm, history=production.history, environ={"CHAT_SECRET_KEY": "another"}
        ) as stack,
        Visitor(stack.url, cookie) as visitor,
    ):
        assert refusal(visitor.me()) == (401, "not_signed_in")
        assert visitor.enter("login", name).json() == {"username": name}


def test_expired_rows_are_swept(production: Stack) -> None:
    statements, tables = EXPIRED[production.arm.framework]
    name = new_name()
    with Visitor(production.url) as visitor:
        visitor.enter("register", name)
    file = production.history.removeprefix("sqlite:///")
    with (
        contextlib.closing(sqlite3.connect(file)) as database,
        # The process has not swept yet.
        Stack(production.arm, history=production.history) as stack,
        Visitor(stack.url) as visitor,
    ):
        for statement in statements:
            database.execute(statement)
        database.commit()
        visitor.enter("login", name)
        visitor.ticket()
        for table, column in tables.items():
            keys = [key for (key,) in database.execute(f"SELECT {column} FROM {table}")]
            assert keys
            assert "expired" not in keys


@pytest.mark.parametrize("arm", WITHOUT)
def test_without_a_database_there_are_no_accounts(arm: str) -> None:
    with Stack(find_arm(arm)) as stack, Visitor(stack.url, "chat_channels_session=x") as visitor:
        for call in ("register", "login", "ticket"):
            answer = visitor.enter(call, "ann")
            assert refusal(answer) == (503, "unavailable")
            assert answer.json()["detail"] == "accounts need a database: CHAT_HISTORY is off"
        assert refusal(visitor.me()) == (401, "not_signed_in")
        assert visitor.post("logout").status_code == 204
        with Room(stack.url) as room:
            own = {"channels": "chat_channels_session=x", "fastapi": "chat_fastapi_session=x"}
            cookie = own[arm.partition("-")[0]]
            assert room.connect(None, cookie=cookie).closed().code == 4401
            assert room.connect("ann", cookie=cookie).frame()["user"] == "ann"
            assert room.connect("ann", subprotocols=["chat.v1", "ticket.x"]).closed().code == 4401


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgresEngine]:
    """A PostgreSQL that a test may kill, and has to start again."""
    engine = PostgresEngine()
    yield engine
    engine.stop()


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize("arm", SHARED)
def test_during_an_outage_of_the_database_calls_are_unavailable(
    arm: str, redis: RedisEngine, mortal: PostgresEngine
) -> None:
    history = mortal.create_database(arm)
    with (
        Stack(find_arm(arm), redis=redis.address, history=history) as stack,
        Visitor(stack.url) as visitor,
        Room(stack.url) as room,
    ):
        visitor.register()
        member = room.enter("", cookie=visitor.cookie)
        mortal.kill()
        for answer in (
            visitor.enter("register", new_name()),
            visitor.enter("login", visitor.name),
            visitor.post("ticket"),
            visitor.me(),
            visitor.post("logout"),
        ):
            assert refusal(answer) == (503, "unavailable")
        offered = ["chat.v1", "ticket.x"]
        assert room.connect("guest").closed().code == 1012
        assert room.connect(None, cookie=visitor.cookie).closed().code == 1012
        assert room.connect(None, subprotocols=offered).closed().code == 1012
        assert member.answers() == []
        mortal.restart()
        assert visitor.me().json() == {"username": visitor.name}
        assert room.enter("", cookie=visitor.cookie)
        assert PASSWORD not in "".join(child.output() for child in stack.children)


def test_all_workers_share_the_login_limit(stack: Stack, redis: RedisEngine) -> None:
    environ = {"CHAT_LOGIN_LIMIT": "3/60s"}
    with (
        Stack(
            stack.arm, workers=2, redis=redis.address, history=stack.history, environ=environ
        ) as limited,
        Visitor(limited.url) as visitor,
    ):
        name = visitor.register().name
        begun = time.monotonic()
        for worker in (*limited.children, limited.children[0]):
            with only(limited, worker), Visitor(limited.url) as stranger:
                assert stranger.enter("login", name, "a wrong guess").status_code == 401
        for worker in limited.children:
            with only(limited, worker), Visitor(limited.url) as stranger:
                answer = stranger.enter("login", name.upper())
                assert refusal(answer) == (429, "too_many_attempts")
                wait_s = int(answer.headers["Retry-After"])
                assert 58 - (time.monotonic() - begun) <= wait_s <= 60
        assert visitor.me().status_code == 200


def _cookie(answer: httpx.Response) -> str:
    """The Cookie header; a cookie jar would send no Secure cookie over http."""
    return answer.headers["set-cookie"].partition(";")[0]


def _attributes(answer: httpx.Response) -> set[str]:
    """The attributes of an answer's session cookie, without `expires`: Max-Age says the same."""
    (cookie,) = answer.headers.get_list("set-cookie")
    value, *attributes = cookie.split("; ")
    assert re.fullmatch(r"chat_(channels|fastapi)_session=[\w-]{32,}", value)
    return {each.lower() for each in attributes if not each.startswith("expires")}
