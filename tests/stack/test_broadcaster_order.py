"""What broadcaster's fan-out publishes: in order in a topic; topics wait for no other topic."""

import asyncio
from typing import Any

import pytest

from chat_core.envelope import Envelope
from fastapi_chat.fanout.broadcaster import BroadcasterFanout


class Broker:
    """Takes what is published, one after another where `free` says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.free = asyncio.Event()

    async def publish(self, channel: str, _: str) -> None:
        self.asked.append(channel)
        await self.free.wait()


@pytest.mark.parametrize(
    ("url", "topics_at_once"), [("redis://localhost", 2), ("postgresql://localhost/chat", 1)]
)
def test_topics_wait_for_each_other_only_where_there_is_one_connection(
    url: str, topics_at_once: int
) -> None:
    async def scenario() -> None:
        fanout: Any = BroadcasterFanout(url)
        broker = fanout._broadcast = Broker()
        async with asyncio.TaskGroup() as publishing:
            for topic in ("room.a", "room.b", "room.a", "room.b"):
                publishing.create_task(fanout.publish(topic, Envelope("x")))
            for _ in range(10):
                await asyncio.sleep(0)
            assert len(broker.asked) == len(set(broker.asked)) == topics_at_once
            broker.free.set()
        assert len(broker.asked) == 4

    asyncio.run(scenario())
