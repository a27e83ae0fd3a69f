"""The counters in the server: each delivery that a layer drops is counted once."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from channels_redis import core

from bench.stack import observed
from bench.stack.engines import RedisEngine

_MEMBERS = 3
_CAPACITY = 2
_TOO_MANY = 4


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What is dropped from now on; the libraries are as they were afterwards."""
    counts: Counter[str] = Counter()
    logger = logging.getLogger(core.__name__)
    monkeypatch.setattr(observed, "dropped", counts)
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "level", logger.level)
    for owner, name in ((InMemoryChannelLayer, "send"), (core.BoundedQueue, "put_nowait")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    observed.count_dropped()
    return counts


@pytest.fixture
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


async def _send_too_many(layer: Any) -> None:
    """More events than fit to a group of which nobody receives."""
    for _ in range(_MEMBERS):
        await layer.group_add("room", await layer.new_channel())
    for _ in range(_CAPACITY + _TOO_MANY):
        await layer.group_send("room", {"type": "chat.deliver"})


def test_a_full_layer_in_memory_drops_for_every_member(dropped: Counter[str]) -> None:
    asyncio.run(_send_too_many(InMemoryChannelLayer(capacity=_CAPACITY)))
    assert dropped == {"channels.layers: a channel over its capacity": _TOO_MANY * _MEMBERS}


@pytest.mark.redis
def test_a_full_layer_over_redis_drops_for_every_member(
    dropped: Counter[str], redis: RedisEngine
) -> None:
    async def scenario() -> None:
        layer = core.RedisChannelLayer(hosts=[f"redis://{redis.address}"], capacity=_CAPACITY)
        await _send_too_many(layer)
        await layer.flush()

    asyncio.run(scenario())
    assert dropped == {"channels_redis.core: a channel over its capacity": _TOO_MANY * _MEMBERS}
