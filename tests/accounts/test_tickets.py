"""A ticket is valid once, for thirty seconds, on any worker."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from bench.stack.stack import Stack
from chat_core import protocol_limits
from chat_core.frames import SUBPROTOCOL
from tests.accounts.visitor import Visitor
from tests.conformance.connection import ClosedError
from tests.conformance.room import Room
from tests.stack.workers import enter_on

EXPIRE = {
    "django-channels": "UPDATE accounts_ticket SET expires_at = now() - interval '1 second'",
    "fastapi": "UPDATE fastapi_chat_ticket SET expires_at = extract(epoch from now()) - 1",
}
"""Thirty seconds later."""


def test_a_ticket_has_its_lifetime_in_the_answer(visitor: Visitor) -> None:
    answer = visitor.register().post("ticket").json()
    assert answer["expires_in"] == protocol_limits.TICKET_SECONDS == 30
    assert len(answer["ticket"]) >= 43
    assert answer["ticket"] != visitor.post("ticket").json()["ticket"]


def test_a_ticket_works_once_on_any_worker(stack: Stack, visitor: Visitor, room: Room) -> None:
    offered = [SUBPROTOCOL, visitor.register().ticket()]
    first, second = stack.children
    member = enter_on(stack, first, room, "", subprotocols=offered)
    assert room.connect(None, subprotocols=offered).closed().code == 4401
    with pytest.raises(ClosedError):
        enter_on(stack, second, room, "", subprotocols=offered)
    assert member.answers() == []


def test_of_simultaneous_handshakes_with_a_ticket_one_succeeds(
    visitor: Visitor, room: Room
) -> None:
    visitor.register()
    for _ in range(5):
        offered = [SUBPROTOCOL, visitor.ticket()]

        def come(_: int, offered: list[str] = offered) -> str:
            member = room.connect(None, subprotocols=offered)
            try:
                return str(member.frame()["type"])
            except ClosedError as closed:
                return str(closed.code)

        with ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(come, range(8))) == ["4401"] * 7 + ["welcome"]


def test_an_expired_ticket_is_refused(stack: Stack, visitor: Visitor, room: Room) -> None:
    offered = [SUBPROTOCOL, visitor.register().ticket()]
    with psycopg.connect(stack.history) as database:
        database.execute(EXPIRE[stack.arm.framework])
    closed = room.connect(None, subprotocols=offered).closed()
    assert closed.code == 4401
    assert closed.reason == "this ticket is not good any more: ask for another"
