"""What a process does in the rooms for its members, also if a part fails."""

import asyncio
import json
from typing import Any

import pytest

from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.handshake import Handshake, Identity, RefusedHandshakeError
from chat_core.history import Entrance, Kept, NewMessage, NoHistory
from chat_core.rooms import Rooms, server_info
from chat_core.roster import MemoryRoster
from chat_core.settings import Settings
from chat_core.unavailable import TooLargeError, UnavailableError

Frame = dict[str, Any]
SETTINGS = Settings()
SCOPE = {"client": ("127.0.0.1", 1), "headers": []}


class Outages:
    """A carrier that records what it publishes; `failing` names the parts that fail."""

    def __init__(self, *failing: str, kept: Kept | None = None) -> None:
        self.failing = set(failing)
        self.kept = kept
        self.private = False
        self.published: list[Envelope] = []

    def check(self) -> None:
        """Never notices an outage."""

    async def publish(self, room: str, envelope: Envelope) -> None:
        self.fail("publish")
        if "large" in self.failing and '"message"' in str(envelope.data):
            raise TooLargeError("at most 10 bytes")
        self.published.append(envelope)

    def frames(self) -> list[Frame]:
        return [json.loads(each.data) for each in self.published if each.data]

    def fail(self, what: str) -> None:
        if what in self.failing:
            raise UnavailableError(f"{what}: fails here")


class OneMessageHistory(NoHistory):
    """Keeps what `parts` say that is kept."""

    def __init__(self, parts: Outages) -> None:
        self._parts = parts

    async def append(self, message: NewMessage) -> Kept | None:
        self._parts.fail("append")
        return self._parts.kept

    async def newest(self, room: str) -> int | None:
        self._parts.fail("newest")
        return 0 if self._parts.kept else None

    async def entrance(self, room: str) -> Entrance:
        return Entrance(await self.newest(room), self._parts.private)


def rooms_with(parts: Outages) -> Rooms:
    server = server_info("f", SETTINGS, {}, "test")
    return Rooms(SETTINGS, server, MemoryRoster(), OneMessageHistory(parts), parts)


def member(rooms: Rooms, name: str) -> Conversation:
    identity = Identity(name)
    return rooms.conversation(name, Handshake("r", None), identity, SCOPE, 0, lambda: None)


def say(conversation: Conversation) -> NewMessage:
    effect = conversation.receive('{"type":"say","id":"1","text":"hi"}', 0, 0)
    assert isinstance(effect, NewMessage)
    return effect


async def answers(conversation: Conversation) -> list[Frame]:
    found = []
    conversation.receive('{"type":"ping","id":"end"}', 0, 0)
    while (frame := json.loads(await conversation.outbox.take())) != {"type": "pong", "id": "end"}:
        found.append(frame)
    return found


@pytest.mark.parametrize("part", ["newest", "publish"])
def test_a_member_that_could_not_join_leaves_without_a_left(part: str) -> None:
    parts = Outages()

    async def come_and_go() -> None:
        rooms = rooms_with(parts)
        await rooms.enter(member(rooms, "ann"))
        parts.published.clear()
        bob = member(rooms, "bob")
        parts.failing.add(part)
        with pytest.raises(UnavailableError):
            await rooms.enter(bob)
        parts.failing.clear()
        await rooms.leave(bob)
        assert [each.members for each in await rooms.roster.rooms()] == [1]

    asyncio.run(come_and_go())
    assert [each for each in parts.frames() if each["type"] == "left"] == []


def test_a_room_that_became_private_meanwhile_is_not_entered() -> None:
    parts = Outages()

    async def come_and_go() -> None:
        rooms = rooms_with(parts)
        await rooms.enter(member(rooms, "ann"))
        parts.private = True
        bob = member(rooms, "bob")
        with pytest.raises(RefusedHandshakeError) as refused:
            await rooms.enter(bob)
        assert refused.value.code == 4403
        await rooms.leave(bob)
        assert [each.members for each in await rooms.roster.rooms()] == [1]

    asyncio.run(come_and_go())
    assert [each["user"] for each in parts.frames()] == ["ann"]


def test_a_member_that_joined_leaves_with_a_left() -> None:
    parts = Outages()

    async def come_and_go() -> None:
        rooms = rooms_with(parts)
        ann, bob = member(rooms, "ann"), member(rooms, "bob")
        for each in (ann, bob):
            await rooms.enter(each)
        await rooms.leave(bob)

    asyncio.run(come_and_go())
    assert [each["type"] for each in parts.frames()] == ["joined", "joined", "left"]


def test_an_outage_is_logged_once_and_not_at_each_beat(caplog: pytest.LogCaptureFixture) -> None:
    parts = Outages("publish")

    async def live_through_it() -> None:
        rooms = rooms_with(parts)
        rooms.catch_up_later("lobby")
        for _ in range(3):
            await rooms.beat()
        parts.failing.clear()
        await rooms.beat()

    asyncio.run(live_through_it())
    assert [each.getMessage() for each in caplog.records] == [
        "the rooms cannot be updated: publish: fails here",
        "chat: back after 0 s",
    ]


def performed(parts: Outages) -> list[Frame]:
    """The frames to the sender of a message."""

    async def perform() -> list[Frame]:
        rooms = rooms_with(parts)
        ann = member(rooms, "ann")
        failing, parts.failing = parts.failing, set()
        await rooms.enter(ann)
        parts.failing = failing
        parts.published.clear()
        await rooms.perform(ann, say(ann))
        found = await answers(ann)
        parts.failing = set()
        await rooms.beat()
        return found

    return asyncio.run(perform())


def test_a_message_is_kept_then_published_then_acknowledged() -> None:
    parts = Outages(kept=Kept(4))
    assert performed(parts) == [{"type": "ack", "id": "1", "seq": 4}]
    assert [each["seq"] for each in parts.frames()] == [4]


def test_a_repeated_message_is_acknowledged_and_not_published() -> None:
    parts = Outages(kept=Kept(4, again=True))
    assert performed(parts) == [{"type": "ack", "id": "1", "seq": 4}]
    assert parts.frames() == []


def test_a_message_that_is_kept_and_not_published_is_read_later() -> None:
    parts = Outages("publish", kept=Kept(4))
    assert performed(parts) == [{"type": "ack", "id": "1", "seq": 4}]
    assert [each.signal for each in parts.published] == ["catch_up"]


def test_a_message_that_may_be_kept_is_read_later() -> None:
    parts = Outages("append", kept=Kept(4))
    assert [each["code"] for each in performed(parts)] == ["unavailable"]
    assert [each.signal for each in parts.published] == ["catch_up"]


def test_without_a_history_a_message_that_is_not_published_is_refused() -> None:
    assert [each["code"] for each in performed(Outages("publish"))] == ["unavailable"]


def test_a_message_that_the_carrier_cannot_carry_is_refused_with_its_reason() -> None:
    answer = performed(Outages("large"))
    assert [(each["code"], each["detail"]) for each in answer] == [
        ("too_large", "at most 10 bytes")
    ]
