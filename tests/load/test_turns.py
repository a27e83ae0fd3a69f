"""Turns of groups over real sockets: one group talks, and the others stay connected in silence."""

import os

import pytest

from bench.load import turns
from bench.load.orders import Clocks, TakeSlot, TakeWindow
from bench.load.plane import Plane
from bench.load.turns import take_slot, take_window
from tests.load.relays import StalledRoom, TestedRelay, relay
from tests.load.test_plane import data_plane
from tests.on_uvloop import on_uvloop

CLOCKS = Clocks([os.getpid()])


async def open_group(plane: Plane, server: TestedRelay, group: str, members: int) -> None:
    for number in range(members):
        await plane.join(server.url, f"room{group}", f"u{number}", talks=True, group=group)


@on_uvloop
async def test_a_slot_sends_its_messages_and_waits_for_all() -> None:
    async with relay() as server, data_plane() as plane:
        await open_group(plane, server, "a", 3)

        turn = await take_slot(plane, TakeSlot("a", messages=20, seconds=0.05), CLOCKS)

    assert turn.members == 3
    assert (turn.counts.sent, turn.counts.delivered, turn.counts.lost) == (20, 60, 0)
    assert turn.counts.balanced
    assert turn.latency_us.count == 60
    assert 0 < turn.elapsed_s < 5
    assert 0 < turn.cpu.servers_s < 5


@on_uvloop
async def test_only_the_group_whose_turn_it_is_talks() -> None:
    async with relay() as server, data_plane() as plane:
        await open_group(plane, server, "a", 2)
        await open_group(plane, server, "b", 4)

        first = await take_slot(plane, TakeSlot("b", 10, 0.02), CLOCKS)
        second = await take_slot(plane, TakeSlot("a", 10, 0.02), CLOCKS)
        third = await take_slot(plane, TakeSlot("b", 5, 0.02), CLOCKS)

    assert [turn.counts.delivered for turn in (first, second, third)] == [40, 20, 20]
    assert [turn.members for turn in (first, second, third)] == [4, 2, 4]
    assert all(turn.counts.unexpected == 0 for turn in (first, second, third))


@on_uvloop
async def test_a_window_has_one_latency_for_each_message() -> None:
    async with relay() as server, data_plane() as plane:
        await open_group(plane, server, "a", 5)

        turn = await take_window(plane, TakeWindow("a", 200.0, 0.3, 0.05), CLOCKS)

    assert turn.counts.sent > 20
    assert len(turn.worst_us) == len(turn.middle_us) == turn.counts.sent
    assert all(worst >= middle for worst, middle in zip(turn.worst_us, turn.middle_us, strict=True))
    assert max(turn.worst_us) == pytest.approx(turn.latency_us.max, abs=1)
    assert turn.counts.delivered == 5 * turn.counts.sent
    assert turn.parts == []


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short window is measured in parts, too."""
    monkeypatch.setattr(turns, "PARTED_S", 0.3)


@pytest.mark.usefixtures("parted")
@on_uvloop
async def test_a_long_window_is_measured_in_parts() -> None:
    async with relay() as server, data_plane() as plane:
        await open_group(plane, server, "a", 5)

        turn = await take_window(plane, TakeWindow("a", 200.0, 0.3, 0.05), CLOCKS)

    assert len(turn.parts) == turns.PARTS
    assert 0 < sum(part.delivered for part in turn.parts) <= turn.counts.delivered
    used = sum(part.cpu.total_s for part in turn.parts)
    assert used == pytest.approx(turn.cpu.total_s, rel=0.1, abs=0.01)


@on_uvloop
async def test_what_does_not_arrive_is_lost_and_the_next_slot_is_clean() -> None:
    async with relay(StalledRoom) as server, data_plane() as plane:
        await open_group(plane, server, "a", 2)
        room = server.rooms["rooma"]
        assert isinstance(room, StalledRoom)

        stalled = await take_slot(plane, TakeSlot("a", 5, 0.02), CLOCKS)
        room.go_on()
        after = await take_slot(plane, TakeSlot("a", 5, 0.02), CLOCKS)

    assert (stalled.counts.delivered, stalled.counts.lost) == (0, 10)
    assert stalled.counts.lost_by_cause == {"silent": 10}
    assert stalled.counts.balanced
    assert (after.counts.delivered, after.counts.lost, after.counts.duplicates) == (10, 0, 0)
    assert after.counts.balanced
