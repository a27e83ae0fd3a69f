"""A commit of which the answer is lost: its sender is told so, and the room gets it later, once."""

import pytest

from bench.declared.arms import find_arm
from bench.stack.hurried_stack import HurriedStack
from bench.stack.postgres import PostgresEngine
from tests.conformance.room import Room
from tests.stack.freezing_proxy import FreezingProxy

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory"])
def test_a_late_commit_is_published_and_keeps_its_seq(arm: str, postgres: PostgresEngine) -> None:
    database = postgres.create_database(f"late_{arm.partition('-')[0]}")
    port = int(database.rpartition(":")[2].partition("/")[0])
    with FreezingProxy(port) as proxy:
        history = database.replace(f":{port}/", f":{proxy.port}/")
        with HurriedStack(find_arm(arm), history=history) as stack, Room(stack.url) as room:
            ann, bob = room.gather("ann", "bob")
            ann.ack(ann.say("the room is there"))
            for member in (ann, bob):
                member.until("message")
            proxy.lose_answers(b"COMMIT\0")
            ann.say("hello", "late")
            assert ann.until("error", id="late")["code"] == "unavailable"
            proxy.end_unanswered()
            for member in (ann, bob):
                assert member.until("message")["seq"] == 2
            assert [ack["seq"] for ack in ann.acks] == [1]
            ann.say("hello", "late")
            assert ann.ack("late")["seq"] == 2
            ann.say("more", "next")
            for member in (ann, bob):
                message = member.until("message")
                assert (message["id"], message["seq"]) == ("next", 3)
