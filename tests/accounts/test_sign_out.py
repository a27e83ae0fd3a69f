"""What ends with a session: its sockets, wherever they are served, and nobody else's."""

import pytest

from bench.arms import find_arm
from bench.engines import RedisEngine
from bench.postgres import PostgresEngine
from bench.stack import Stack
from chat_core.close_codes import SIGNED_OUT_REASON
from chat_core.frames import SUBPROTOCOL
from tests.accounts.conftest import SHARED
from tests.accounts.visitor import PASSWORD, Visitor, new_name
from tests.conformance.room import Room
from tests.stack.workers import enter_on


def test_the_sockets_of_a_session_close_in_every_worker(
    stack: Stack, visitor: Visitor, other: Visitor, room: Room
) -> None:
    visitor.register()
    other.enter("login", visitor.name)  # the same user's other session
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


def test_no_way_back_with_what_a_session_gave(visitor: Visitor, room: Room) -> None:
    cookie, ticket = visitor.register().cookie, visitor.ticket()
    visitor.post("logout")
    assert room.connect(None, cookie=cookie).closed().code == 4401
    assert room.connect(None, subprotocols=[SUBPROTOCOL, ticket]).closed().code == 4401


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.parametrize("arm", SHARED)
def test_a_logout_while_redis_is_away_is_told_when_it_is_back(
    arm: str, postgres: PostgresEngine
) -> None:
    redis = RedisEngine()
    history = postgres.create_database(f"away_{arm}".replace("-", "_"))
    try:
        with (
            Stack(find_arm(arm), redis=redis.address, history=history) as stack,
            Visitor(stack.url) as visitor,
            Room(stack.url) as room,
        ):
            mine = room.enter("", cookie=visitor.register().cookie)
            guest = room.enter("guest")
            redis.stop()
            assert visitor.post("logout").status_code == 204
            redis.restart()
            assert mine.closed(20).code == 4401
            guest.until("pong", id=guest.ping())
    finally:
        redis.stop()
