"""Members of the chat: communicators around the whole application."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest_asyncio
from channels.testing import WebsocketCommunicator

from django_chat.asgi import application
from django_chat.chat import chat

PATIENCE = 20
"""Seconds; by default a communicator waits for one."""

Enter = Callable[..., Awaitable[WebsocketCommunicator]]


@pytest_asyncio.fixture(scope="session", autouse=True)
async def _stopped(django_db_setup: None) -> AsyncIterator[None]:
    """Stop the process's chat after the last test, so that no task and no thread is left."""
    yield
    await chat.stop()


@pytest_asyncio.fixture
async def enter(transactional_db: None) -> AsyncIterator[Enter]:
    """Connects a member to a room; after the test all members disconnect."""
    members: list[WebsocketCommunicator] = []

    async def enter(
        path: str = "/ws/rooms/tea?name=ann",
        subprotocols: Sequence[str] = (),
        **headers: str,
    ) -> WebsocketCommunicator:
        # The communicator's scope has no Host, no client and no server.
        given = {"host": "localhost"} | headers
        pairs = [(name.encode(), value.encode()) for name, value in given.items()]
        member = WebsocketCommunicator(application, path, pairs, list(subprotocols))
        members.append(member)
        connected, _ = await member.connect(PATIENCE)
        assert connected
        return member

    yield enter
    for member in members:
        await member.disconnect(timeout=PATIENCE)


async def next_frame(member: WebsocketCommunicator, kind: str) -> dict[str, Any]:
    """The next frame of this type; others are passed over."""
    while True:
        frame: dict[str, Any] = await member.receive_json_from(PATIENCE)
        if frame["type"] == kind:
            return frame


async def close_code(member: WebsocketCommunicator) -> int:
    """The code with which the server closes."""
    closing = await member.receive_output(PATIENCE)
    assert closing["type"] == "websocket.close"
    code: int = closing["code"]
    return code
