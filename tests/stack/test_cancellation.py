"""A fan-out and a layer end when they are cancelled in the moment in which the broker fails.

Otherwise a chat does not end at a signal during an outage.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import NoReturn

import pytest

from bench.stack.engines import RedisEngine
from chat_core.self_ping import SelfPing
from chat_core.settings import Settings
from chat_core.side_by_side import run_until_one_fails
from django_chat.layers import channel_layer
from django_chat.layers.pubsub import ReconnectingRedisPubSubChannelLayer
from fastapi_chat.fanout.broadcaster import BroadcasterFanout
from fastapi_chat.fanout.redis import RedisFanout

pytestmark = pytest.mark.redis


@pytest.fixture
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let each watch fail when it is cancelled; a list that tells how many watches began."""
    begun: list[str] = []

    async def watch(_: SelfPing) -> NoReturn:
        begun.append("watch")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ConnectionError("lost") from None
        raise AssertionError

    monkeypatch.setattr(SelfPing, "watch", watch)
    return begun


async def _begun(watching: list[str]) -> None:
    while not watching:  # noqa: ASYNC110  (it is a list, not an event)
        await asyncio.sleep(0.01)


def test_a_layer_ends(redis: RedisEngine, watching: list[str]) -> None:
    async def scenario() -> None:
        config = channel_layer(Settings(fanout=f"redis+pubsub://{redis.address}"))["CONFIG"]
        layer = ReconnectingRedisPubSubChannelLayer(**config)
        await layer.group_add("room", await layer.new_channel())
        await _begun(watching)
        async with asyncio.timeout(10):
            await layer.flush()

    asyncio.run(scenario())


@pytest.mark.parametrize("fanout", [RedisFanout, BroadcasterFanout])
def test_a_fanout_ends(
    redis: RedisEngine, watching: list[str], fanout: type[RedisFanout | BroadcasterFanout]
) -> None:
    async def scenario() -> None:
        running = fanout(f"redis://{redis.address}")
        await running.start()
        await _begun(watching)
        async with asyncio.timeout(10):
            await running.stop()

    asyncio.run(scenario())


def test_a_loop_that_goes_on_after_errors_is_ended() -> None:
    async def fail_when_cancelled() -> NoReturn:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise ConnectionError

    async def loop() -> None:
        while True:
            with contextlib.suppress(ConnectionError):
                await run_until_one_fails(fail_when_cancelled())

    async def scenario() -> None:
        task = asyncio.create_task(loop())
        await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(10):
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(scenario())
