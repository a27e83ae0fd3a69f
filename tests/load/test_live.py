"""A live run: its counts after a reset, and what becomes of a loss that was only late."""

import asyncio
from collections import Counter
from unittest.mock import patch

from bench.load.live import LiveRun, Sample
from bench.load.plane import Plane
from tests.load.relays import StalledRoom, relay
from tests.load.test_plane import data_plane, join, until
from tests.on_uvloop import on_uvloop


async def sampled(run: LiveRun, plane: Plane, counts: Counter[str]) -> Sample:
    """A sample, which is added to the counts as Locust's tables add it."""
    sample = await run.sample(plane)
    counts["delivered"] += sample.latencies_us.size
    counts.update(sample.missed)
    return sample


@on_uvloop
async def test_after_a_reset_the_samples_and_the_ledger_count_the_same_deliveries() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        run = LiveRun()
        await run.start(plane, 200)
        for _ in range(5):
            # Arrivals that no flush has counted are what a reset may not take along.
            await until(lambda: len(plane.recorder.due_ns) > 3)
            await run.start(plane, 200)
        counts: Counter[str] = Counter()
        await until(lambda: plane.recorder.messages > 100)
        counts["delivered"] += (await run.stop(plane)).latencies_us.size
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
    assert counts["delivered"] + last.latencies_us.size == tally.delivered


@on_uvloop
async def test_a_cut_is_a_disconnect_and_the_time_away_is_owed() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        run, counts = LiveRun(), Counter[str]()
        await run.start(plane, 200)
        server.member("u0").close(1012, "restart")
        await until(lambda: plane.recorder.window.tally.owed > 20)
        sample = await sampled(run, plane, counts)
        assert sample.disconnects == {"closed 1012": 1}
        assert counts["owed: a member was away"] == sample.report.tally.owed > 20
        assert (await run.sample(plane)).disconnects == {}
        await run.start(plane, 200)
        again = await run.sample(plane)
        assert again.missed["owed: a member was away"] == again.report.tally.owed
