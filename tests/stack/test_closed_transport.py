"""A connection to Redis that uvloop closed just before a command: an outage, and not a mistake."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NoReturn

import pytest
from django.utils.module_loading import import_string
from redis.asyncio.connection import Connection

from bench.stack.engines import RedisEngine
from chat_core.envelope import Envelope
from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError
from django_chat.chat import unavailable
from django_chat.layers import channel_layer
from fastapi_chat.fanout.broadcaster import BroadcasterFanout
from fastapi_chat.fanout.redis import RedisFanout
from fastapi_chat.member import Member

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


async def _assert_unavailable(
    monkeypatch: pytest.MonkeyPatch, *calls: Callable[[], Awaitable[object]]
) -> None:
    async def closed(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("unable to perform operation on <TCPTransport>; the handler is closed")

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "send_packed_command", closed)
        for call in calls:
            with pytest.raises(UnavailableError):
                await call()


@pytest.mark.parametrize("kind", [RedisFanout, BroadcasterFanout])
def test_a_fanout_is_unavailable(
    redis: RedisEngine,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[RedisFanout | BroadcasterFanout],
) -> None:
    async def scenario() -> None:
        fanout = kind(f"redis://{redis.address}")
        await fanout.start()
        member: Any = object.__new__(Member)
        await _assert_unavailable(
            monkeypatch,
            lambda: fanout.join("room.r", member),
            lambda: fanout.publish("room.r", Envelope("x")),
        )
        await fanout.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["redis", "redis+pubsub"])
def test_a_layer_is_unavailable(
    redis: RedisEngine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    described = channel_layer(Settings(fanout=f"{kind}://{redis.address}"))

    async def scenario() -> None:
        layer = import_string(described["BACKEND"])(**described["CONFIG"])
        channel = await layer.new_channel()
        await layer.group_add("room", channel)

        async def send() -> None:
            with unavailable():
                await layer.group_send("room", {"type": "chat.deliver", "data": "x"})

        async def join() -> None:
            with unavailable():
                await layer.group_add("other", channel)

        await _assert_unavailable(monkeypatch, join, send)
        await layer.flush()

    asyncio.run(scenario())
