"""A commit without an answer may still succeed; then the room reads it from the history."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.frames import ServerInfo
from chat_core.handshake import Handshake, Identity
from chat_core.history import Kept, NewMessage, NoHistory
from chat_core.rooms import Rooms
from chat_core.roster import MemoryRoster
from chat_core.settings import Settings
from chat_core.unavailable import UnavailableError

SCOPE = {"client": ("127.0.0.1", 1), "headers": []}


class FailingHistory(NoHistory):
    """A history that fails during an outage."""

    def __init__(self, asked: list[object]) -> None:
        self._asked = asked
        self.kept = Kept(1)
        self.outage = False

    async def newest(self, room: str) -> int:
        return 0

    async def append(self, message: NewMessage) -> Kept:
        if self.outage:
            raise UnavailableError("database: no answer in 3 s")
        return self.kept

    async def settle(self, room: str) -> None:
        self._asked.append("settle")
        if self.outage:
            raise UnavailableError("database: no answer in 3 s")


class ListCarrier:
    """A carrier that records signals and the seqs of messages in a list."""

    def __init__(self, asked: list[object]) -> None:
        self._asked = asked

    async def publish(self, room: str, envelope: Envelope) -> None:
        if envelope.signal or envelope.seq is not None:
            self._asked.append((room, envelope.signal or envelope.seq))

    def check(self) -> None:
        pass


class Process:
    """The rooms of a process with one member in room r; `asked` records the calls in order."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.history = FailingHistory(self.asked)
        server = ServerInfo("f", "s", "memory", "sqlite", "1", 1)
        carrier = ListCarrier(self.asked)
        self.rooms = Rooms(Settings(), server, MemoryRoster(), self.history, carrier)

    async def say(self) -> dict[str, Any]:
        """Send a message with the id 1; returns the answer."""
        conversation: Conversation = self.rooms.conversation(
            "member", Handshake("r", None), Identity("ann"), SCOPE, 0.0, lambda: None
        )
        await self.rooms.enter(conversation)
        await self.rooms.perform(conversation, NewMessage("r", "ann", "1", 0, "hi"))
        answer: dict[str, Any] = json.loads(await conversation.outbox.take())
        return answer


def run(scenario: Callable[[Process], Awaitable[None]]) -> None:
    async def with_process() -> None:
        await scenario(Process())

    asyncio.run(with_process())


def test_after_an_uncertain_commit_the_room_reads_the_history_once_it_is_decided() -> None:
    async def scenario(process: Process) -> None:
        process.history.outage = True
        answer = await process.say()
        assert (answer["code"], answer["id"]) == ("unavailable", "1")
        assert "not certain" in answer["detail"]
        await process.rooms.beat()
        assert process.asked == ["settle"], "not before the database says what is committed"
        process.history.outage = False
        await process.rooms.beat()
        await process.rooms.beat()
        assert process.asked[1:] == ["settle", ("r", "catch_up")], "once"

    run(scenario)


def test_a_repeated_message_is_confirmed_and_not_published() -> None:
    """But the room reads it: the process of the first commit may have died before publishing."""

    async def scenario(process: Process) -> None:
        process.history.kept = Kept(7, again=True)
        assert await process.say() == {"type": "ack", "id": "1", "seq": 7}
        assert process.asked == []
        await process.rooms.beat()
        assert process.asked == ["settle", ("r", "catch_up")]

    run(scenario)


def test_a_kept_message_is_published_and_not_read() -> None:
    async def scenario(process: Process) -> None:
        assert await process.say() == {"type": "ack", "id": "1", "seq": 1}
        await process.rooms.beat()
        assert process.asked == [("r", 1)]

    run(scenario)
