"""A crew over real sockets, in a room that treats members in every way that a chat may."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bench.baselines.c_relay import text_frame
from bench.companion import backoff
from bench.companion import crew as crews
from bench.companion.clock import now_ms
from bench.companion.crew import Crew, Places
from bench.companion.frames import Delivered, Members
from bench.companion.member import Member
from chat_core.codec import encode_json
from chat_core.contract import CLOSINGS
from chat_core.frames import Message
from tests.load.relays import TestedRelay, relay
from tests.on_uvloop import on_uvloop


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come soon."""
    monkeypatch.setattr(backoff, "BASE_S", 0.02)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that does not reach all members is soon late."""
    monkeypatch.setattr(crews, "LATE_S", 0.1)


class Watched:
    """A crew, and all its reports."""

    def __init__(self, url: str, places: Places) -> None:
        self.told: list[Members] = []
        self.delivered: list[Delivered] = []
        self._changed = asyncio.Event()
        self.crew = Crew("relay", url, "room", places, self._note, self._deliver)

    def _note(self) -> None:
        self.told.append(self.crew.status)
        self._changed.set()

    def _deliver(self, delivered: Delivered) -> None:
        self.delivered.append(delivered)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds, after each report."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def until_there_are(self, members: int) -> None:
        """Wait until this number of members is connected and wanted."""
        await self.until(
            lambda: (self.crew.status.connected, self.crew.status.wanted) == (members,) * 2
        )


@asynccontextmanager
async def watched(server: TestedRelay, places: Places | None = None) -> AsyncIterator[Watched]:
    watching = Watched(server.url, places or Places(1000))
    try:
        yield watching
    finally:
        await watching.crew.close()


def payload(identifier: str, seq: int | None = None, ago_ms: float = 0) -> bytes:
    return encode_json(Message(seq, identifier, "ann", "hello", round(now_ms() - ago_ms)))


@pytest.mark.usefixtures("impatient")
@on_uvloop
async def test_a_message_that_one_member_misses_is_late_until_it_comes() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(5)
        await watching.until_there_are(5)
        room = server.room("room")
        last, *others = room.members.values()
        for transport in others:
            transport.write(text_frame(payload("race-1")))
        room.tell(payload("race-2"))
        await watching.until(lambda: len(watching.delivered) == 2)
        counts = {told.id: (told.had, told.waiting) for told in watching.delivered}
        assert counts == {"race-1": (4, 1), "race-2": (5, 0)}
        last.write(text_frame(payload("race-1")))
        await watching.until(lambda: len(watching.delivered) == 3)

    told = watching.delivered[-1]
    assert (told.had, told.members, told.late, told.waiting) == (5, 5, 1, 0)
    assert told.last_at > told.first_at


@pytest.mark.usefixtures("impatient")
@on_uvloop
async def test_no_delivery_waits_for_a_member_whose_connection_broke() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(3)
        await watching.until_there_are(3)
        room = server.room("room")
        victim = server.member("Synthetic 2")
        message = payload("race-1")
        for member, transport in room.members.items():
            if member is not victim:
                transport.write(text_frame(message))
        await until(lambda: message in watching.crew.known)
        victim.abort()
        await watching.until(lambda: bool(watching.delivered))

    (told,) = watching.delivered
    assert (told.had, told.members) == (2, 2)


@on_uvloop
async def test_a_message_twice_or_in_pieces_counts_once() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(2)
        await watching.until_there_are(2)
        whole = payload("race-1")
        pieces = bytes((0x01, 9)) + whole[:9] + bytes((0x80, len(whole) - 9)) + whole[9:]
        for transport in server.room("room").members.values():
            transport.write(pieces + text_frame(whole))
        server.room("room").tell(payload("race-2"))
        await watching.until(lambda: len(watching.delivered) == 2)

    assert [(told.id, told.had) for told in watching.delivered] == [("race-1", 2), ("race-2", 2)]


@on_uvloop
async def test_only_messages_of_the_race_are_reported() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(2)
        await watching.until_there_are(2)
        room = server.room("room")
        for frame in (payload("other"), b"{", b"[]", b'{"type":"typing","user":"ann"}'):
            room.tell(frame)
        room.tell(payload("race-1"))
        await watching.until(lambda: bool(watching.delivered))

    assert [told.id for told in watching.delivered] == ["race-1"]


@on_uvloop
async def test_with_numbered_messages_later_members_are_not_waited_for() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(3)
        await watching.until_there_are(3)
        inside: list[Member] = list(watching.crew._inside)
        for seq, member in enumerate(inside, start=7):
            member.seq = seq
        for seq in (8, 10):
            server.room("room").tell(payload(f"race-{seq}", seq))
        await watching.until(lambda: len(watching.delivered) == 2)

    counts = {told.id: (told.had, told.members) for told in watching.delivered}
    assert counts == {"race-8": (1, 1), "race-10": (3, 3)}


@on_uvloop
async def test_without_numbers_members_that_have_just_come_are_not_waited_for() -> None:
    """With a clock that is wrong by 10 s, those that have been there for a while are."""
    async with relay() as server, watched(server) as watching:
        watching.crew.set(3)
        await watching.until_there_are(3)
        for member, ago_ms in zip(watching.crew._inside, (60_000, 1_000, 0), strict=True):
            member.welcomed_at = now_ms() - ago_ms
        for ago_ms in (500, 10_000):
            server.room("room").tell(payload(f"race-{ago_ms}", ago_ms=ago_ms))
        await watching.until(lambda: len(watching.delivered) == 2)

    counts = {told.id: (told.had, told.members) for told in watching.delivered}
    assert counts == {"race-500": (2, 2), "race-10000": (1, 1)}


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (
            1012,
            "the server restarts: come back",
            "closed with 1012: the server restarts: come back",
        ),
        (1013, "", f"closed with 1013: {CLOSINGS[1013]}"),
        (1011, "", "closed with 1011: the server failed"),
    ],
)
def test_an_evicted_member_comes_back_and_it_is_reported(
    code: int, reason: str, words: str
) -> None:
    @on_uvloop
    async def run() -> None:
        async with relay() as server, watched(server) as watching:
            watching.crew.set(4)
            await watching.until_there_are(4)
            watching.told.clear()
            for number in (1, 3):
                server.member(f"Synthetic {number}").close(code, reason)
            await watching.until(lambda: any(told.connected < 4 for told in watching.told))
            await watching.until_there_are(4)
            troubles = {told.trouble for told in watching.told if told.connected < 4}
            assert len(troubles) == 1
            assert str(troubles.pop()).startswith(words)
            assert watching.crew.status.trouble is None

    run()


@on_uvloop
async def test_a_member_refused_for_good_tries_again_only_when_the_page_wants() -> None:
    async with relay() as server, watched(server) as watching:
        watching.crew.set(1)
        await watching.until_there_are(1)
        server.member("Synthetic 1").close(4401, "signed out")
        await watching.until(lambda: watching.crew.status.trouble == "closed with 4401: signed out")
        # This is longer than any wait before a first retry, and no member joins.
        await asyncio.sleep(0.2)
        assert watching.crew.status.connected == 0
        watching.crew.set(1)
        await watching.until_there_are(1)


@on_uvloop
async def test_no_more_members_than_there_are_places() -> None:
    places = Places(3)
    async with relay() as server, watched(server, places) as one:
        one.crew.set(2)
        await one.until_there_are(2)
        async with watched(server, places) as other:
            other.crew.set(2)
            words = "there are 3 members already, for all pages"
            full = Members("relay", 1, 2, words)
            await other.until(lambda: other.crew.status == full)
            one.crew.set(1)
            await other.until_there_are(2)
    assert places.taken == 0


@on_uvloop
async def test_a_member_that_must_leave_while_joining_is_gone() -> None:
    places = Places(100)
    async with relay() as server, watched(server, places) as watching:
        for wanted in (20, 3, 30, 0, 5):
            watching.crew.set(wanted)
            await asyncio.sleep(0)
            await asyncio.sleep(0.002 * (wanted % 3))
        await watching.until_there_are(5)
        await until(lambda: len(server.connections) == 5)
        assert places.taken == 5
    assert places.taken == 0


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (no code could set an event)
        await asyncio.sleep(0)
