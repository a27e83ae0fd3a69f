"""Changes of kept messages: the room hears of each, also after an outage."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from chat_core.changes import Changes
from chat_core.conversation import Conversation
from chat_core.envelope import Envelope
from chat_core.frames import Message
from chat_core.handshake import Handshake, Identity
from chat_core.history import Change, NoHistory, Reaction, Record, Retraction
from chat_core.rate_limit import TokenBucket
from chat_core.settings import Settings
from chat_core.unavailable import TooLargeError, UnavailableError, UnknownMessageError

MINE = Retraction("r", 4, "m1", "ann", "u")
PUT = Reaction("r", 4, "guest bob", "bob", "🎉", on=True, id="u")
UNSAID = {"type": "unsaid", "seq": 4, "user": "ann"}
Frame = dict[str, Any]


class World(NoHistory):
    """A history with one message of `m1`, and a carrier; `failing` names what fails."""

    def __init__(self, *failing: str) -> None:
        self.failing = set(failing)
        self.unsaid = False
        self.reactors: set[str] = set()
        self.told: list[Frame] = []

    async def unsay(self, retraction: Retraction) -> bool:
        self._fail("before the commit")
        if retraction.author != "m1":
            raise UnknownMessageError
        now, self.unsaid = not self.unsaid, True
        self._fail("after the commit")
        return now

    async def react(self, reaction: Reaction) -> dict[str, int] | None:
        self._fail("before the commit")
        if "full" in self.failing:
            raise TooLargeError("the room is full")
        if self.unsaid or reaction.seq != 4:
            raise UnknownMessageError
        before = set(self.reactors)
        (self.reactors.add if reaction.on else self.reactors.discard)(reaction.reactor)
        return self._counts() if before != self.reactors else None

    async def after(self, room: str, after: int, limit: int) -> list[Record]:
        return [Message(4, "1", "ann", "hi", 0, reactions=self._counts())]

    def _counts(self) -> dict[str, int]:
        return {"🎉": len(self.reactors)} if self.reactors else {}

    async def publish(self, room: str, envelope: Envelope) -> None:
        self._fail("publish")
        self.told.append(json.loads(envelope.data))

    def _fail(self, what: str) -> None:
        if what in self.failing:
            raise UnavailableError(f"{what}: fails here")


async def asked(changes: Changes, *asked: Change) -> list[tuple[str, str]]:
    """The codes and ids of the errors that the member gets."""
    unlimited = TokenBucket(None, 0)
    ann = Conversation(
        "m1", Handshake("r", None), Identity("ann"), Settings(), unlimited, 0, lambda: None
    )
    for each in asked:
        await changes.perform(ann, each)
    errors = [json.loads(await ann.outbox.take()) for _ in range(ann.outbox.waiting)]
    return [(each["code"], each["id"]) for each in errors]


def test_the_room_hears_once_that_a_message_is_taken_back() -> None:
    world = World()
    assert asyncio.run(asked(Changes(world, world.publish), MINE, MINE)) == []
    assert world.told == [UNSAID]


def test_a_message_of_another_author_is_refused() -> None:
    world = World()
    other = Retraction("r", 4, "m2", "ann", "u")
    errors = asyncio.run(asked(Changes(world, world.publish), other))
    assert errors == [("invalid_field", "u")]
    assert world.told == []


@pytest.mark.parametrize(
    ("failing", "errors"),
    [
        ("before the commit", [("unavailable", "u")]),
        ("after the commit", [("unavailable", "u")]),
        ("publish", []),
    ],
)
def test_what_fails_is_done_and_told_after_the_outage(
    failing: str, errors: list[tuple[str, str]]
) -> None:
    world = World(failing)

    async def live_through_it() -> None:
        changes = Changes(world, world.publish)
        assert await asked(changes, MINE) == errors
        with pytest.raises(UnavailableError):
            await changes.repeat()
        assert world.told == []
        world.failing.clear()
        await changes.repeat()
        await changes.repeat()

    asyncio.run(live_through_it())
    assert world.unsaid
    assert world.told == [UNSAID]


def test_a_refused_change_is_not_repeated_for_ever() -> None:
    world = World("before the commit")

    async def live_through_it() -> None:
        changes = Changes(world, world.publish)
        await asked(changes, Retraction("r", 4, "m2", "bob", "u"), MINE)
        world.failing.clear()
        await changes.repeat()

    asyncio.run(live_through_it())
    assert world.told == [UNSAID]


def told(counts: Frame, user: str = "bob", on: bool = True) -> Frame:
    return {"type": "reactions", "seq": 4, "counts": counts, "user": user, "emoji": "🎉", "on": on}


def test_the_room_hears_once_of_a_reaction() -> None:
    world = World()
    gone = msgspec.structs.replace(PUT, on=False)
    assert asyncio.run(asked(Changes(world, world.publish), PUT, PUT, gone, gone)) == []
    assert world.told == [told({"🎉": 1}), told({}, on=False)]


@pytest.mark.parametrize(
    ("failing", "seq", "code"),
    [("", 5, "invalid_field"), ("full", 4, "too_large"), ("before the commit", 4, "unavailable")],
)
def test_a_reaction_is_refused(failing: str, seq: int, code: str) -> None:
    world = World(failing)
    put = msgspec.structs.replace(PUT, seq=seq)
    assert asyncio.run(asked(Changes(world, world.publish), put)) == [(code, "u")]
    assert world.told == []


def test_after_an_outage_the_counts_of_then_are_told() -> None:
    world = World("publish")

    async def live_through_it() -> None:
        changes = Changes(world, world.publish)
        assert await asked(changes, PUT) == []
        world.reactors.add("guest eve")  # in another process
        world.failing.clear()
        await changes.repeat()
        await changes.repeat()

    asyncio.run(live_through_it())
    assert world.told == [told({"🎉": 2})]
