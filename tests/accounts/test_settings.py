"""What settings make of accounts: production, no database, a database that is away, the limit."""

import re
from pathlib import Path

import httpx
import pytest

from bench.arms import find_arm
from bench.engines import RedisEngine
from bench.postgres import PostgresEngine
from bench.stack import Stack
from chat_core.accounts import SESSION_SECONDS
from tests.accounts.conftest import SHARED
from tests.accounts.visitor import PASSWORD, Visitor, new_name, refusal
from tests.conformance.room import Room
from tests.stack.workers import only

EMBEDDED = ("channels-uvicorn-memory-sqlite", "fastapi-uvicorn-memory-sqlite")
WITHOUT = ("channels-uvicorn-memory", "fastapi-uvicorn-memory")
COOKIE = {"httponly", "samesite=lax", "path=/", f"max-age={SESSION_SECONDS}"}


def test_the_cookie(visitor: Visitor) -> None:
    assert _attributes(visitor.enter("register", new_name())) == COOKIE


@pytest.mark.parametrize("arm", EMBEDDED)
def test_in_production_without_guests(arm: str, tmp_path: Path) -> None:
    """And what comes of its sessions once the key is another."""
    environ = {"CHAT_ENV": "production", "CHAT_ORIGINS": "https://chat.example", "CHAT_GUESTS": "0"}
    history = f"sqlite:///{tmp_path}/chat.db"
    with (
        Stack(find_arm(arm), history=history, environ=environ) as stack,
        Visitor(stack.url) as visitor,
        Room(stack.url) as room,
    ):
        name = new_name()
        answer = visitor.enter("register", name)
        assert _attributes(answer) == COOKIE | {"secure"}
        cookie = answer.headers["set-cookie"].partition(";")[0]
        assert room.connect(None, cookie=cookie).frame()["user"] == name
        assert room.connect("guest").closed().code == 4401
        assert room.connect("guest", cookie=f"{cookie}x").closed().code == 4401

    with (
        Stack(find_arm(arm), history=history, environ={"CHAT_SECRET_KEY": "another"}) as stack,
        Visitor(stack.url, cookie) as visitor,
    ):
        assert refusal(visitor.me()) == (401, "not_signed_in")
        assert visitor.enter("login", name).json() == {"username": name}


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


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize("arm", SHARED)
def test_while_the_database_is_away(arm: str, redis: RedisEngine) -> None:
    postgres = PostgresEngine()
    try:
        history = postgres.create_database("accounts")
        with (
            Stack(find_arm(arm), redis=redis.address, history=history) as stack,
            Visitor(stack.url) as visitor,
            Room(stack.url) as room,
        ):
            visitor.register()
            member = room.enter("", cookie=visitor.cookie)
            postgres.kill()
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
            postgres.restart()
            assert visitor.me().json() == {"username": visitor.name}
            assert room.enter("", cookie=visitor.cookie)
            assert PASSWORD not in "".join(child.output() for child in stack.children)
    finally:
        postgres.stop()


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.parametrize("arm", SHARED)
def test_the_limit_is_one_for_all_workers(
    arm: str, redis: RedisEngine, postgres: PostgresEngine
) -> None:
    history = postgres.create_database(f"limit_{arm}".replace("-", "_"))
    environ = {"CHAT_LOGIN_LIMIT": "3/60s"}
    with (
        Stack(
            find_arm(arm), workers=2, redis=redis.address, history=history, environ=environ
        ) as stack,
        Visitor(stack.url) as visitor,
    ):
        name = visitor.register().name
        for worker in (*stack.children, stack.children[0]):
            with only(stack, worker), Visitor(stack.url) as stranger:
                assert stranger.enter("login", name, "a wrong guess").status_code == 401
        for worker in stack.children:
            with only(stack, worker), Visitor(stack.url) as stranger:
                answer = stranger.enter("login", name.upper())
                assert refusal(answer) == (429, "too_many_attempts")
                assert 50 <= int(answer.headers["Retry-After"]) <= 60
        assert visitor.me().status_code == 200


def _attributes(answer: httpx.Response) -> set[str]:
    """Of the session cookie that comes with an answer; when it expires is in max-age as well."""
    (cookie,) = answer.headers.get_list("set-cookie")
    value, *attributes = cookie.split("; ")
    assert re.fullmatch(r"chat_(channels|fastapi)_session=[\w-]{32,}", value)
    return {each.lower() for each in attributes if not each.startswith("expires")}
