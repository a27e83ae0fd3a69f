"""On granian, a close does not wait for the client's next frame."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chat_servers.granian_websocket import Connection

Message = dict[str, Any]


class Socket:
    """Behaves as granian: a close waits until `receive` has returned."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.waits = asyncio.Event()
        self.writes: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
        self._receiving = asyncio.Lock()

    async def receive(self) -> Message:
        async with self._receiving:
            self.waits.set()
            await asyncio.Event().wait()
            raise AssertionError

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            async with self._receiving:
                await self.writes()
                self.sent.append(message)
        else:
            self.sent.append(message)


def test_a_close_ends_the_waiting_receive() -> None:
    async def close() -> tuple[list[Message], Message]:
        socket, connection, receiving = await _receiving()
        async with asyncio.timeout(5):
            await connection.send({"type": "websocket.close", "code": 4401})
        return socket.sent, await receiving

    sent, received = asyncio.run(close())
    assert sent == [{"type": "websocket.close", "code": 4401}]
    assert received == {"type": "websocket.disconnect", "code": 4401}


def test_the_application_is_told_after_the_client() -> None:
    async def close() -> bool:
        socket, connection, receiving = await _receiving()
        written = asyncio.Event()
        socket.writes = written.wait
        closing = asyncio.ensure_future(connection.send({"type": "websocket.close"}))
        told, _ = await asyncio.wait([receiving], timeout=0.2)
        written.set()
        await closing
        async with asyncio.timeout(5):
            await receiving
        return bool(told)

    assert not asyncio.run(close())


def test_a_receive_after_a_close_is_the_end() -> None:
    async def close() -> Message:
        socket = Socket()
        connection = Connection(socket.receive, socket.send)
        await connection.send({"type": "websocket.close"})
        async with asyncio.timeout(5):
            return await connection.receive()

    assert asyncio.run(close()) == {"type": "websocket.disconnect", "code": 1000}


@pytest.mark.parametrize("closed", [False, True])
def test_a_cancelled_application_stays_cancelled(closed: bool) -> None:
    async def cancel() -> bool:
        _, connection, receiving = await _receiving()
        if closed:
            closing = asyncio.ensure_future(connection.send({"type": "websocket.close"}))
            receiving.cancel()
            await closing
        else:
            receiving.cancel()
        await asyncio.wait([receiving], timeout=5)
        return receiving.cancelled()

    assert asyncio.run(cancel())


async def _receiving() -> tuple[Socket, Connection, asyncio.Task[Message]]:
    socket = Socket()
    connection = Connection(socket.receive, socket.send)
    task = asyncio.create_task(connection.receive())
    await socket.waits.wait()
    return socket, connection, task
