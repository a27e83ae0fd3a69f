"""Messages too long for PostgreSQL's NOTIFY: read from the history, or refused without one."""

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.conftest import FanoutDatabase
from tests.stack.workers import enter_on

ARM = "fastapi-uvicorn-broadcaster-postgres"
LONG = "😀" * 4000
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100_000)

pytestmark = pytest.mark.postgres


def test_with_a_history_a_message_that_is_too_long_is_read_from_it_in_order(
    fanout_database: FanoutDatabase,
) -> None:
    served = Stack(find_arm(ARM), workers=2, history="sqlite", postgres=fanout_database(ARM))
    with served as stack, Room(stack.url) as room:
        ann = enter_on(stack, stack.children[0], room, "ann")
        bob = enter_on(stack, stack.children[1], room, "bob")
        ann.until("joined", user="bob")
        ids = [ann.say("before"), ann.say(LONG), ann.send_image(PICTURE), ann.say("after")]
        for member in (ann, bob):
            frames = [member.frame() for _ in ids]
            came = {frame["seq"]: frame for frame in frames}
            assert [came[seq]["id"] for seq in range(1, 5)] == ids
            assert came[2]["text"] == LONG
            assert came[3]["size"] == len(PICTURE), "a reference, as in a replay"


def test_without_a_history_a_message_that_is_too_long_is_refused_and_the_connection_stays_open(
    fanout_database: FanoutDatabase,
) -> None:
    served = Stack(find_arm(ARM), postgres=fanout_database(ARM))
    with served as stack, Room(stack.url) as room:
        (ann,) = room.gather("ann")
        for identifier in (ann.say(LONG), ann.send_image(PICTURE)):
            error = ann.until("error")
            assert (error["code"], error["id"]) == ("too_large", identifier)
            assert error["detail"] == "PostgreSQL's NOTIFY carries at most 7999 bytes"
        short = ann.say("short")
        assert ann.until("message")["id"] == short
