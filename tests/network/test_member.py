"""A member of the experiments ends when it is cancelled, whatever arrives at the same moment."""

import asyncio
import json
import random
from typing import Any

import pytest

from bench.experiments.network import member

WELCOME = json.dumps({"type": "welcome", "seq": None})


class _Socket:
    """A connection whose next frame arrives when the test says so."""

    close_code = 1000

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.frame: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def send(self, _: str) -> None: ...

    async def close(self) -> None: ...

    async def recv(self) -> str:
        self.asked.set()
        frame, self.frame = self.frame, asyncio.get_running_loop().create_future()
        return await frame


def test_a_member_ends_when_a_frame_arrives_as_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def visit() -> None:
        socket = _Socket()

        async def connect(*_: Any, **__: Any) -> _Socket:
            return socket

        monkeypatch.setattr(member, "connect", connect)
        person = member.Member("http://a", "room", "ann", [], random.Random(0))
        life = asyncio.create_task(person.stay())
        frame = socket.frame
        await socket.asked.wait()
        frame.set_result(WELCOME)
        await asyncio.sleep(0)  # the read has its frame, and the member does not know of it yet
        life.cancel()
        done, _ = await asyncio.wait([life], timeout=5)
        assert done, "the member lives on"
        assert life.cancelled()

    asyncio.run(visit())
