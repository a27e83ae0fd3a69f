"""The end of a session closes its sockets in every worker, and no other sockets."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from redis import Redis

from bench.declared.arms import find_arm
from bench.stack.engines import RedisEngine
from bench.stack.stack import Stack
from chat_core.close_codes import RESERVED_NAME_REASON, SIGNED_OUT_REASON
from chat_core.frames import SUBPROTOCOL
from tests.accounts.visitor import PASSWORD, Visitor, new_name
from tests.conformance.room import Room
from tests.stack.workers import enter_on

EMBEDDED = ("channels-uvicorn-memory-sqlite", "fastapi-uvicorn-memory-sqlite")

_PAUSE_MS = 4000
"""Seconds; longer than a publish waits for Redis."""

_EXPIRE = {
    "django-channels": (
        "UPDATE accounts_session SET expire_date = '2020-01-01' "
        "WHERE rowid = (SELECT min(rowid) FROM accounts_session)"
    ),
    "fastapi": (
        "UPDATE fastapi_chat_session SET expires_at = 0 "
        "WHERE rowid = (SELECT min(rowid) FROM fastapi_chat_session)"
    ),
}
"""Statements that let the oldest session expire."""


def test_the_sockets_of_a_session_close_in_every_worker(
    stack: Stack, visitor: Visitor, other: Visitor, room: Room
) -> None:
    visitor.register()
    other.enter("login", visitor.name)  # another session of the same user
    mine = [
        enter_on(stack, worker, room, "", cookie=visitor.cookie) for worker in stack.children
    ] + [
        enter_on(stack, worker, room, "", subprotocols=[SUBPROTOCOL, visitor.ticket()])
        for worker in stack.children
    ]
    others = [
        enter_on(stack, stack.children[0], room, "", cookie=other.cookie),
        enter_on(stack, stack.children[1], room, new_name()),
    ]
    visitor.post("logout")
    for member in mine:
        closed = member.closed()
        assert (closed.code, closed.reason) == (4401, SIGNED_OUT_REASON)
    for member in others:
        said = member.say("still here")
        for each in others:
            each.until("message", id=said)


@pytest.mark.parametrize("call", ["login", "register"])
def test_a_login_closes_the_sockets_of_the_session_it_replaces(
    visitor: Visitor, room: Room, call: str
) -> None:
    visitor.register()
    member = room.enter("", cookie=visitor.cookie)
    name = new_name() if call == "register" else visitor.name
    visitor.post(call, {"username": name, "password": PASSWORD})
    assert member.closed().code == 4401
    assert room.enter("", cookie=visitor.cookie).say("back again")


def test_an_ended_session_and_its_tickets_are_refused(visitor: Visitor, room: Room) -> None:
    cookie, ticket = visitor.register().cookie, visitor.ticket()
    visitor.post("logout")
    assert room.connect(None, cookie=cookie).closed().code == 4401
    assert room.connect(None, subprotocols=[SUBPROTOCOL, ticket]).closed().code == 4401


def test_a_logout_during_an_outage_of_redis_is_announced_after_it(stack: Stack) -> None:
    redis = RedisEngine()
    try:
        with (
            Stack(stack.arm, redis=redis.address, history=stack.history) as alone,
            Visitor(alone.url) as visitor,
            Room(alone.url) as room,
        ):
            mine = room.enter("", cookie=visitor.register().cookie)
            guest = room.enter("guest")
            redis.stop()
            assert visitor.post("logout").status_code == 204
            redis.restart()
            assert mine.closed(30).code == 4401
            guest.until("pong", id=guest.ping())
    finally:
        redis.stop()


def test_a_logout_that_redis_refuses_is_announced_again(
    redis: RedisEngine, visitor: Visitor, room: Room
) -> None:
    """Redis pauses writes for a while; reads and connections are not affected."""
    with Redis.from_url(f"redis://{redis.address}") as writes:
        mine = room.enter("", cookie=visitor.register().cookie)
        writes.execute_command("CLIENT", "PAUSE", _PAUSE_MS, "WRITE")
        assert visitor.post("logout").status_code == 204
        assert mine.closed(30).code == 4401
        writes.execute_command("CLIENT", "UNPAUSE")  # other tests use this Redis


@pytest.mark.parametrize("arm", EMBEDDED)
def test_a_socket_does_not_outlive_a_session_that_expires(arm: str, tmp_path: Path) -> None:
    file = tmp_path / "chat.db"
    with (
        Stack(find_arm(arm), history=f"sqlite:///{file}") as stack,
        Visitor(stack.url) as visitor,
        Visitor(stack.url) as other,
        Room(stack.url) as room,
    ):
        mine = room.enter("", cookie=visitor.register().cookie)
        staying = [room.enter("", cookie=other.register().cookie), room.enter("guest")]
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as database:
            database.execute(_EXPIRE[stack.arm.framework])
            database.commit()
        assert mine.closed(30).code == 4401
        for member in staying:
            member.until("pong", id=member.ping())


def test_a_registration_evicts_guests_with_that_name_in_every_worker(
    stack: Stack, visitor: Visitor, room: Room
) -> None:
    name = new_name()
    guests = [enter_on(stack, worker, room, name) for worker in stack.children]
    other = room.enter(f"{name} 2")
    visitor.register(f" {name.upper()}\u200b".strip())
    for guest in guests:
        closed = guest.closed()
        assert (closed.code, closed.reason) == (4401, RESERVED_NAME_REASON)
    other.until("pong", id=other.ping())
