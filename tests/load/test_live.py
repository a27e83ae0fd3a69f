"""A live run: its counts after a reset, and what becomes of a loss that was only late."""

import asyncio
from collections import Counter
from unittest.mock import patch

from bench.load.live import LiveRun, Sample
from bench.load.plane import Plane
from bench.load.tally import OWED
from tests.load.relays import StalledRoom, relay
from tests.load.test_plane import data_plane, join, until
from tests.on_uvloop import on_uvloop


async def sampled(run: LiveRun, plane: Plane, counts: Counter[str]) -> Sample:
    """A sample, which is added to the counts as Locust's tables add it."""
    sample = await run.sample(plane)
    counts["delivered"] += arrived(sample)
    for (_, cause), number in sample.missed.items():
        counts[cause] += number
    return sample


def arrived(sample: Sample) -> int:
    return sum(each.size for each in sample.arrived_us.values())


@on_uvloop
async def test_after_a_reset_the_samples_and_the_ledger_count_the_same_deliveries() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        run = LiveRun()
        await run.start(plane, 200)
        for _ in range(5):
            # Arrivals that no flush has counted are what a reset may not take along.
            await until(lambda: len(plane.recorder.stream("").due_ns) > 3)
            await run.start(plane, 200)
        counts: Counter[str] = Counter()
        await until(lambda: plane.recorder.messages > 100)
        counts["delivered"] += arrived(await run.stop(plane))
    tally = plane.recorder.window.tally
    assert counts["delivered"] == tally.delivered == tally.expected == 3 * tally.sent


@on_uvloop
async def test_what_comes_after_a_long_pause_is_late_and_no_loss() -> None:
    async with relay(StalledRoom) as server, data_plane() as plane:
        await join(plane, server, 2)
        room = server.rooms["room"]
        assert isinstance(room, StalledRoom)
        run, counts = LiveRun(), Counter[str]()
        with patch("bench.load.live.SETTLE_S", 0.0):
            await run.start(plane, 100)
            # Each sample settles: the same messages are settled many times before they come.
            while counts["lost: silent"] < 100:
                await asyncio.sleep(0.01)
                await sampled(run, plane, counts)
            room.go_on()
            while counts["lost: silent"]:
                await asyncio.sleep(0.01)
                sample = await sampled(run, plane, counts)
        last = await run.stop(plane)
    tally = last.report.tally
    assert sample.report.tally.late >= 100
    assert tally.lost == tally.duplicates == 0
    assert tally.delivered == tally.expected == 2 * tally.sent
    assert counts["delivered"] + arrived(last) == tally.delivered


@on_uvloop
async def test_a_cut_is_a_disconnect_and_the_time_away_is_owed() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        run, counts = LiveRun(), Counter[str]()
        await run.start(plane, 200)
        server.member("u0").close(1012, "restart")
        await until(lambda: plane.recorder.window.tally.owed > 20)
        sample = await sampled(run, plane, counts)
        assert sample.disconnects == {("", "closed 1012"): 1}
        assert counts["owed: a member was away"] == sample.report.tally.owed > 20
        assert (await run.sample(plane)).disconnects == {}
        await run.start(plane, 200)
        again = await run.sample(plane)
        assert again.missed["", OWED] == again.report.tally.owed


@on_uvloop
async def test_what_arrives_and_what_is_missed_is_counted_by_the_kind_of_the_member() -> None:
    async with relay() as server, data_plane() as plane:
        for kind, talks in (("Chatter", True), ("Idle", False), ("Idle", False)):
            name = f"{kind}{len(plane.members)}"
            await plane.join(server.url, "room", name, talks=talks, kind=kind)
        run = LiveRun()
        await run.start(plane, 200)
        await until(lambda: plane.recorder.messages > 60)
        server.member("Idle1").close(1012, "restart")
        await until(lambda: plane.recorder.window.tally.owed > 20)
        last = await run.stop(plane)
    counts, tally = last.arrived_us, last.report.tally
    assert counts["Chatter"].size == tally.sent
    assert counts["Chatter"].size < counts["Idle"].size < 2 * tally.sent
    assert counts["Chatter"].size + counts["Idle"].size == tally.delivered
    assert last.disconnects == {("Idle", "closed 1012"): 1}
    assert last.missed["Idle", OWED] == tally.owed > 20
    assert ("Chatter", OWED) not in last.missed
