"""Connections to the broker fall silent without an end; members hear what they missed in it."""

from collections.abc import Iterator

import pytest

from bench.declared.arms import find_arm
from bench.stack.engines import RedisEngine
from bench.stack.stack import Stack
from tests.conformance.room import Room
from tests.stack.freezing_proxy import FreezingProxy
from tests.stack.listening import Listener, kept, wait_for_health

pytestmark = pytest.mark.redis

OVER_REDIS = [
    "channels-uvicorn-redis",
    "channels-uvicorn-pubsub",
    "fastapi-uvicorn-redis",
    "fastapi-uvicorn-broadcaster-redis",
]


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


@pytest.mark.parametrize("arm", OVER_REDIS)
def test_a_silent_subscription_is_noticed_and_made_again(arm: str, redis: RedisEngine) -> None:
    with (
        FreezingProxy(redis.port) as proxy,
        Stack(find_arm(arm), redis=f"127.0.0.1:{proxy.port}/0", history="sqlite") as stack,
        Room(stack.url) as room,
    ):
        members = [Listener(member) for member in room.gather("ann", "bob")]
        _all_hear(stack, room, members)
        proxy.freeze()
        _all_hear(stack, room, members)
        proxy.freeze_all()
        wait_for_health(stack, stack.children[0], 503)
        proxy.thaw()
        wait_for_health(stack, stack.children[0], 200)
        _all_hear(stack, room, members)
        for member in members:
            member.lives()


def _all_hear(stack: Stack, room: Room, members: list[Listener]) -> None:
    """Something is said, and confirmed, until which all that is kept reaches everybody once."""
    speaker = members[0]
    while speaker.answer(speaker.member.say("hello")) != "ack":
        pass
    for member in members:
        member.until_all_of(kept(stack.url, room))
        assert len(member.seqs) == len(set(member.seqs))
