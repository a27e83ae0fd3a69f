"""The channel layers alone: members of a group get events, and departed ones leave nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.module_loading import import_string

from bench.stack.engines import RedisEngine
from chat_core import protocol_limits
from chat_core.settings import Settings
from django_chat.layers import channel_layer

Scenario = Callable[..., Awaitable[None]]

KINDS = [
    "memory",
    pytest.param("redis", marks=pytest.mark.redis),
    pytest.param("redis+pubsub", marks=pytest.mark.redis),
]
CATCH_UP = {"type": "chat.catch_up"}


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def run(kind: str, request: pytest.FixtureRequest) -> Callable[[Scenario], None]:
    """Run a scenario with the layer of one process."""
    address = "" if kind == "memory" else request.getfixturevalue("redis").address
    return lambda scenario: asyncio.run(_with_layers(f"{kind}://{address}", 1, scenario))


@pytest.fixture
def run_two(redis: RedisEngine) -> Callable[[Scenario], None]:
    """Run a scenario with the core layers of two processes."""
    return lambda scenario: asyncio.run(_with_layers(f"redis://{redis.address}", 2, scenario))


async def _with_layers(fanout: str, number: int, scenario: Scenario) -> None:
    described = channel_layer(Settings(fanout=fanout))
    make = import_string(described["BACKEND"])
    layers = [make(**described["CONFIG"]) for _ in range(number)]
    async with asyncio.timeout(30):
        await scenario(*layers)
    for layer in layers:
        await layer.flush()
        if hasattr(layer, "close_pools"):
            await layer.close_pools()


async def _join(layer: Any, group: str) -> str:
    channel: str = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


@dataclass
class Clock:
    """An offset of the time of day in seconds."""

    ahead: float = 0.0


def _set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock, now = Clock(), time.time
    monkeypatch.setattr(time, "time", lambda: now() + clock.ahead)
    return clock


def _event(text: str) -> dict[str, str]:
    return {"type": "chat.deliver", "data": text}


def test_a_staying_member_receives_events_after_hours(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The beat renews in the meantime; the clock is set forward."""
    clock = _set_clock(monkeypatch)

    async def scenario(layer: Any) -> None:
        ann = await _join(layer, "room")
        for _ in range(200):
            clock.ahead += 50
            await layer.renew()
        await layer.group_send("room", _event("still there?"))
        assert await layer.receive(ann) == _event("still there?")

    run(scenario)


@pytest.mark.redis
def test_a_frozen_process_catches_up_and_receives_events_again(
    run_two: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _set_clock(monkeypatch)

    async def scenario(first: Any, second: Any) -> None:
        ann, bob = await _join(first, "room"), await _join(second, "room")
        for _ in range(4):
            clock.ahead += 50
            await first.renew()
        await first.group_send("room", _event("bob is not there"))
        await second.renew()
        await first.group_send("room", _event("bob is back"))
        assert await second.receive(bob) == CATCH_UP
        assert await second.receive(bob) == _event("bob is back")
        assert await first.receive(ann) == _event("bob is not there")
        assert await first.receive(ann) == _event("bob is back")

    run_two(scenario)


@pytest.mark.redis
def test_a_process_frozen_longer_than_the_expiry_catches_up(
    run_two: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _set_clock(monkeypatch)

    async def scenario(first: Any, _: Any) -> None:
        ann = await _join(first, "room")
        clock.ahead += first.expiry + 1
        assert clock.ahead < protocol_limits.GROUP_EXPIRY_SECONDS
        await first.renew()
        assert await first.receive(ann) == CATCH_UP

    run_two(scenario)


@pytest.mark.redis
def test_a_channel_removed_from_its_group_catches_up(
    run_two: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _set_clock(monkeypatch)

    async def scenario(first: Any, _: Any) -> None:
        ann, bob = await _join(first, "room"), await _join(first, "other")
        await first.connection(0).delete(first._group_key("room"))
        clock.ahead += 50
        await first.renew()
        await first.group_send("other", _event("bob missed nothing"))
        assert await first.receive(ann) == CATCH_UP
        assert await first.receive(bob) == _event("bob missed nothing")

    run_two(scenario)


@pytest.mark.parametrize("kind", ["memory"])
def test_an_event_that_waited_long_evicts_no_member(
    run: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(layer: Any) -> None:
        ann, bob = await _join(layer, "room"), await _join(layer, "room")
        await layer.group_send("room", _event("before"))
        later = time.time() + 100
        monkeypatch.setattr(time, "time", lambda: later)
        await layer.group_send("room", _event("after"))
        for channel in (ann, bob):
            assert await layer.receive(channel) == _event("before")
            assert await layer.receive(channel) == _event("after")

    run(scenario)


def test_a_departed_channel_leaves_nothing_behind(run: Callable[[Scenario], None]) -> None:
    async def scenario(layer: Any) -> None:
        watcher = await _join(layer, "room")
        for _ in range(50):
            guest = await _join(layer, "room")
            for number in range(3):
                await layer.group_send("room", _event(f"{number}"))
            assert await layer.receive(guest) == _event("0")
            for number in range(3):
                assert await layer.receive(watcher) == _event(f"{number}")
            # As at the end of a consumer: events that came meanwhile are not taken any more.
            await layer.group_discard("room", guest)
        assert await _kept(layer) <= {watcher, _room(layer)}

    run(scenario)


@pytest.mark.redis
def test_many_that_leave_at_once_need_few_connections(redis: RedisEngine) -> None:
    """With one command for each, Redis seemed to be away, and others' handshakes were closed."""
    group, many = "room.crowd", 2000

    async def scenario(layer: Any) -> None:
        client = layer.connection(0)
        channels = [await layer.new_channel() for _ in range(many)]
        for channel in channels:
            await layer.group_add(group, channel)
        before = (await client.info("stats"))["total_connections_received"]
        await asyncio.gather(*(layer.group_discard(group, each) for each in channels))
        after = (await client.info("stats"))["total_connections_received"]

        assert after - before <= 2
        assert await client.zcard(layer._group_key(group)) == 0
        assert layer.connected

    asyncio.run(_with_layers(f"redis://{redis.address}", 1, scenario))


def test_a_late_event_for_a_departed_channel_is_dropped(run: Callable[[Scenario], None]) -> None:
    async def scenario(layer: Any) -> None:
        watcher, guest = await _join(layer, "room"), await _join(layer, "room")
        await layer.group_discard("room", guest)
        await layer.send(guest, _event("too late"))
        await layer.group_send("room", _event("hello"))
        assert await layer.receive(watcher) == _event("hello")
        assert await _kept(layer) <= {watcher, _room(layer)}

    run(scenario)


def test_a_channel_that_leaves_while_waiting_leaves_nothing_behind(
    run: Callable[[Scenario], None],
) -> None:
    async def scenario(layer: Any) -> None:
        for _ in range(20):
            guest = await _join(layer, "room")
            receiving = asyncio.create_task(layer.receive(guest))
            await layer.group_send("room", _event("hello"))
            assert await receiving == _event("hello")
            receiving = asyncio.create_task(layer.receive(guest))
            await asyncio.sleep(0)
            await layer.group_discard("room", guest)
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
        assert await _kept(layer) == set()

    run(scenario)


def test_a_channel_that_rejoins_a_group_receives_events(run: Callable[[Scenario], None]) -> None:
    async def scenario(layer: Any) -> None:
        ann = await _join(layer, "room")
        receiving = asyncio.create_task(layer.receive(ann))
        await asyncio.sleep(0)
        await layer.group_discard("room", ann)
        await layer.group_add("room", ann)
        await layer.group_send("room", _event("back?"))
        assert await receiving == _event("back?")

    run(scenario)


def test_events_to_a_group_keep_their_order(run: Callable[[Scenario], None]) -> None:
    async def scenario(layer: Any) -> None:
        ann = await _join(layer, "room")
        texts = [f"{number}" for number in range(100)]
        await asyncio.gather(*(layer.group_send("room", _event(text)) for text in texts))
        assert [(await layer.receive(ann))["data"] for _ in texts] == texts

    run(scenario)


@pytest.mark.redis
def test_a_channel_that_leaves_during_a_renewal_has_left(
    run_two: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _set_clock(monkeypatch)

    async def scenario(first: Any, _: Any) -> None:
        ann = await _join(first, "room")
        connection = first.connection(0)
        pipeline = connection.pipeline(transaction=False)

        async def execute_late() -> Any:
            monkeypatch.delattr(connection, "pipeline")
            await first.group_discard("room", ann)
            return await pipeline.execute()

        late = SimpleNamespace(zadd=pipeline.zadd, expire=pipeline.expire, execute=execute_late)
        monkeypatch.setattr(connection, "pipeline", lambda **_: late)
        clock.ahead += 50
        await first.renew()
        assert await connection.zcard(first._group_key("room")) == 0

    run_two(scenario)


async def _kept(layer: Any) -> set[str]:
    """The channels and groups for which a layer and its Redis still keep data."""
    if hasattr(layer, "receive_buffer"):
        return set(layer.receive_buffer)
    if not hasattr(layer, "_get_layer"):
        return set(layer.channels)
    inner = layer._get_layer()
    (shard,) = inner._shards
    subscribed = {each.decode() for each in await shard._redis.pubsub_channels()}
    return (subscribed - {shard._ping_channel}) | set(inner.channels) | set(inner.groups)


def _room(layer: Any) -> str:
    """The name of the room's group in the result of `_kept`."""
    return f"{layer.prefix}__group__room" if hasattr(layer, "_get_layer") else "room"
