"""The Redis channel layers alone, during and after an outage of Redis."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from redis.exceptions import RedisError

from bench.stack.engines import RedisEngine
from chat_core.settings import Settings
from django_chat.layers import channel_layer
from django_chat.layers.core import ReconnectingRedisChannelLayer
from django_chat.layers.pubsub import ReconnectingRedisPubSubChannelLayer

pytestmark = pytest.mark.redis

LAYERS: dict[str, Any] = {
    "redis": ReconnectingRedisChannelLayer,
    "redis+pubsub": ReconnectingRedisPubSubChannelLayer,
}
HELLO = {"type": "chat.deliver", "data": "hello"}
CATCH_UP = {"type": "chat.catch_up"}


@pytest.fixture
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


@pytest.fixture(params=LAYERS)
def run(request: pytest.FixtureRequest, redis: RedisEngine) -> Callable[..., None]:
    """Run a scenario with the layers of two processes."""
    kind = request.param

    async def with_two(scenario: Callable[..., Awaitable[None]]) -> None:
        config = channel_layer(Settings(fanout=f"{kind}://{redis.address}"))["CONFIG"]
        layers = LAYERS[kind](**config), LAYERS[kind](**config)
        async with asyncio.timeout(30):
            await scenario(redis, *layers)
        for layer in layers:
            await (layer.close_pools() if kind == "redis" else layer.flush())

    def run(scenario: Callable[..., Awaitable[None]]) -> None:
        asyncio.run(with_two(scenario))

    return run


async def _join(layer: Any, group: str) -> str:
    channel: str = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def _send_until_taken(layer: Any, group: str, message: dict[str, Any]) -> None:
    while True:
        try:
            await layer.group_send(group, message)
        except (RedisError, OSError):
            await asyncio.sleep(0.05)
        else:
            return


def test_a_staying_channel_catches_up_and_is_in_the_group_again(run: Callable[..., None]) -> None:
    async def scenario(redis: RedisEngine, first: Any, second: Any) -> None:
        ann, bob, cid = [await _join(layer, "room") for layer in (first, first, second)]
        waiting = [
            asyncio.create_task(layer.receive(channel))
            for layer, channel in ((first, ann), (first, bob), (second, cid))
        ]
        await asyncio.to_thread(redis.restart)
        assert await asyncio.gather(*waiting) == [CATCH_UP] * 3
        await first.group_send("room", HELLO)
        for layer, channel in ((first, ann), (first, bob), (second, cid)):
            assert await layer.receive(channel) == HELLO
        assert first.connected

    run(scenario)


def test_an_outage_is_one_line(run: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(redis: RedisEngine, layer: Any, _: Any) -> None:
        ann = await _join(layer, "room")
        for _ in range(2):
            waiting = asyncio.create_task(layer.receive(ann))
            await asyncio.to_thread(redis.restart)
            assert await waiting == CATCH_UP

    run(scenario)
    found = [each for each in caplog.records if each.levelname in ("WARNING", "ERROR")]
    assert [each.getMessage()[:14] for each in found] == ["Redis is away:"] * 2
    assert [each.exc_info for each in found] == [None, None]


def test_no_call_of_a_layer_waits_during_an_outage(run: Callable[..., None]) -> None:
    async def scenario(redis: RedisEngine, layer: Any, _: Any) -> None:
        ann = await _join(layer, "room")
        waiting = asyncio.create_task(layer.receive(ann))
        await asyncio.to_thread(redis.stop)
        bob = await layer.new_channel()
        started = time.monotonic()
        with pytest.raises((RedisError, OSError)):
            await layer.group_send("room", HELLO)
        with pytest.raises((RedisError, OSError)):
            await layer.group_add("room", bob)
        await layer.group_discard("room", ann)
        assert time.monotonic() - started < 3
        while layer.connected:  # noqa: ASYNC110  (the receiver may notice it later)
            await asyncio.sleep(0.01)
        waiting.cancel()

    run(scenario)


def test_a_channel_that_left_during_the_outage_is_not_in_the_group(
    run: Callable[..., None],
) -> None:
    async def scenario(redis: RedisEngine, first: Any, second: Any) -> None:
        ann, bob = await _join(first, "room"), await _join(first, "room")
        waiting = asyncio.create_task(first.receive(ann))
        await asyncio.to_thread(redis.stop)
        await first.group_discard("room", bob)
        await asyncio.to_thread(redis.restart)
        assert await waiting == CATCH_UP
        await _send_until_taken(second, "room", HELLO)
        assert await first.receive(ann) == HELLO
        assert HELLO not in await _all_received(first, bob)

    run(scenario)


async def _all_received(layer: Any, channel: str) -> list[dict[str, Any]]:
    received = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            while True:
                received.append(await layer.receive(channel))
    return received
