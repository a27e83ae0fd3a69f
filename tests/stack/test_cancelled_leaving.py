"""A member leaves completely, even if the server cancels its connection meanwhile."""

import asyncio
from typing import Any

import pytest

from chat_core.conversation import Conversation
from chat_core.handshake import Handshake, Identity
from chat_core.rate_limit import TokenBucket
from chat_core.settings import Settings


def conversation() -> Conversation:
    unlimited = TokenBucket(None, 0)
    return Conversation(
        "m1", Handshake("r", None), Identity("ann"), Settings(), unlimited, 0, lambda: None
    )


class Slow:
    """A resource that a member leaves; leaving ends when the test releases it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.released = asyncio.Event()
        self.left = asyncio.Event()

    async def leave(self, *_: Any) -> None:
        self.asked.set()
        await self.released.wait()

    async def end(self, *_: Any) -> None:
        self.left.set()


async def cancelled_in_the_first_wait(leaving: asyncio.Task[Any], slow: Slow) -> None:
    """Cancel while the first part of leaving waits; return when the last part is done."""
    async with asyncio.timeout(30):
        await slow.asked.wait()
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        slow.released.set()
        await slow.left.wait()


def test_a_cancelled_consumer_leaves_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_chat.chat import chat
    from django_chat.consumers import ChatConsumer

    async def evict() -> None:
        slow = Slow()
        consumer = ChatConsumer()
        consumer.channel_name = "channel"
        consumer.conversation = conversation()
        monkeypatch.setattr(consumer, "leave_room", slow.leave)
        monkeypatch.setattr(chat.rooms, "leave", slow.end)
        evicting = asyncio.create_task(consumer.close_and_leave(1013))
        await cancelled_in_the_first_wait(evicting, slow)

    asyncio.run(evict())


def test_a_cancelled_connection_leaves_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi_chat.chat import Chat
    from fastapi_chat.room_connection import RoomConnection

    async def go() -> None:
        slow = Slow()
        chat = Chat(Settings())
        websocket: Any = type("WebSocket", (), {"scope": {"client": None, "headers": []}})()
        connection = RoomConnection(chat, websocket, Handshake("r", None), Identity("ann"))
        monkeypatch.setattr(connection, "join", slow.end)  # nobody is told of it here
        monkeypatch.setattr(connection, "receive_and_send", lambda _: asyncio.sleep(0))
        monkeypatch.setattr(chat.fanout, "leave", slow.leave)
        monkeypatch.setattr(chat.rooms, "leave", slow.end)
        slow.left.clear()
        running = asyncio.create_task(connection.run())
        await slow.asked.wait()
        slow.left.clear()
        await cancelled_in_the_first_wait(running, slow)

    asyncio.run(go())
