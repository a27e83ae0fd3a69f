"""A process that publishes a word to itself, and listens for it."""

import asyncio

import pytest

from chat_core import protocol_limits
from chat_core.self_ping import SelfPing, SilenceError


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol_limits, "BROKER_PING_SECONDS", 0.01)
    monkeypatch.setattr(protocol_limits, "BROKER_SILENT_SECONDS", 0.2)


class Broker:
    """Brings a word back, but for those that are lost."""

    def __init__(self, lost: set[int]) -> None:
        self.lost = lost
        self.published = 0
        self.ping = SelfPing(self.publish)

    async def publish(self) -> None:
        self.published += 1
        if self.published not in self.lost:
            self.ping.heard()


def test_a_word_that_does_not_come_back_is_asked_for_again_then_it_is_silence() -> None:
    async def scenario() -> None:
        broker = Broker(lost={3, 6, 7})
        async with asyncio.timeout(10):
            with pytest.raises(SilenceError):
                await broker.ping.watch()
        assert broker.published == 7

    asyncio.run(scenario())


def test_a_publish_that_hangs_is_silence_too() -> None:
    async def scenario() -> None:
        ping = SelfPing(asyncio.Event().wait)
        async with asyncio.timeout(10):
            with pytest.raises(SilenceError):
                await ping.watch()

    asyncio.run(scenario())


def test_a_publish_that_fails_is_told_as_it_is() -> None:
    async def fail() -> None:
        raise BrokenPipeError("gone")

    with pytest.raises(BrokenPipeError, match="gone"):
        asyncio.run(SelfPing(fail).watch())
