"""The data plane over real sockets, against a correct relay and a faulty one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest

from bench.baselines.c_relay import Room
from bench.load.cell import Step
from bench.load.member import Member
from bench.load.messages import Content, id_of
from bench.load.plane import DRAIN_POLL_S, JoinError, Plane
from bench.load.recorder import Recorder, Window
from chat_core.codec import encode
from chat_core.frames import Message
from tests.load.relays import (
    FaultyRoom,
    MakeRoom,
    PingingRoom,
    Pongs,
    StalledRoom,
    TestedRelay,
    relay,
)
from tests.on_uvloop import on_uvloop


@asynccontextmanager
async def data_plane() -> AsyncIterator[Plane]:
    plane = Plane(asyncio.get_running_loop())
    plane.start(Content(), seed=7)
    try:
        yield plane
    finally:
        await plane.close()


async def join(
    plane: Plane, server: TestedRelay, members: int, *, talkers: int | None = None
) -> list[Member]:
    talking = members if talkers is None else talkers
    return [
        await plane.join(server.url, "room", f"u{number}", talks=number < talking)
        for number in range(members)
    ]


async def measured(plane: Plane, rate: float, seconds: float = 0.3) -> dict[str, Any]:
    return await plane.measure(Step(rate, seconds), 10, lambda event, at_ns: None)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (nobody is there to set an event)
        await asyncio.sleep(0)


@on_uvloop
async def test_a_correct_relay_delivers_everything_to_all() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 10)
        step = await measured(plane, rate=50)
    assert step["sent"] > 50
    assert step["expected"] == step["sent"] * 10 == step["ledger"]["delivered"]
    assert step["ledger"] == {
        "delivered": step["expected"],
        "lost": 0,
        "duplicates": 0,
        "reordered": 0,
        "unexpected": 0,
        "late": 0,
        "unsent": 0,
        "owed": 0,
        "foreign": 0,
        "lost_by_cause": {},
        "balanced": True,
    }
    assert step["latency_us"]["count"] == step["expected"]
    assert step["lateness_us"]["count"] == step["sent"]
    assert 0 < step["latency_us"]["p50"] <= step["latency_us"]["p99"] <= step["latency_us"]["max"]
    assert step["delivered_in_window"] <= step["expected"]


@on_uvloop
async def test_the_faults_of_a_relay_are_counted_exactly() -> None:
    async with relay(FaultyRoom) as server, data_plane() as plane:
        # There is only one talker, so that each swap is between messages of one sender.
        await join(plane, server, 5, talkers=1)
        step = await measured(plane, rate=500)
        room = server.rooms["room"]
        assert isinstance(room, FaultyRoom)
        assert room.taken == step["sent"] > 50
        # The last message leaves no gap when it is missing; its number shows the loss.
        lost = 5 * (room.dropped + room.kept)
        assert step["ledger"] == {
            "delivered": 5 * step["sent"] - lost,
            "lost": lost,
            "duplicates": 5 * room.doubled,
            "reordered": 5 * room.swapped,
            "unexpected": 0,
            "late": 0,
            "unsent": 0,
            "owed": 0,
            "foreign": 0,
            "lost_by_cause": {"silent": lost},
            "balanced": True,
        }


def each_at_once(make: type[Room]) -> MakeRoom:
    return lambda name, loop: make(name, loop, 1 << 20, one_by_one=True)


@on_uvloop
async def test_a_ping_at_the_end_of_a_read_is_answered_and_leaves_every_stamp_where_it_is() -> None:
    async with relay(each_at_once(PingingRoom)) as server, data_plane() as plane:
        await join(plane, server, 3)
        with Pongs() as pongs:
            window = asyncio.create_task(measured(plane, rate=100, seconds=0.4))
            arrivals = plane.recorder.stream("")
            await until(lambda: bool(arrivals.due_ns))
            assert arrivals.chunk_ends[-1:] == [len(arrivals.due_ns)]
            step = await window
            await until(lambda: pongs.count == step["expected"])
    assert step["expected"] == step["ledger"]["delivered"] == step["latency_us"]["count"] > 60
    assert step["delivered_in_window"] > 0.9 * step["expected"]


def test_a_message_that_no_stamp_follows_is_stamped_by_the_flush_and_shifts_no_other() -> None:
    recorder = Recorder()
    recorder.window = Window(start_ns=0)
    arrivals = recorder.stream("")
    arrivals.due_ns += [1_000, 2_000]
    arrivals.chunk_ns.append(5_000)
    arrivals.chunk_ends.append(1)
    recorder.flush()
    arrivals.due_ns.append(1_000)
    arrivals.chunk_ns.append(9_000)
    arrivals.chunk_ends.append(1)
    recorder.flush()
    window = recorder.window
    assert window.tally.delivered == window.latency.count == 3
    assert window.latency.percentile(34) == 4
    assert window.latency.percentile(67) == 8


@on_uvloop
async def test_a_failure_of_the_counting_in_the_background_ends_the_measurement() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 1)
        window = asyncio.create_task(measured(plane, rate=100, seconds=0.3))
        await until(lambda: plane.recorder.messages > 2)
        flush = plane.recorder.flush

        def fail_once() -> None:
            plane.recorder.flush = flush  # type: ignore[method-assign]
            raise ValueError("broken")

        plane.recorder.flush = fail_once  # type: ignore[method-assign]
        with pytest.raises(ValueError, match="broken"):
            await window


@on_uvloop
async def test_a_stalled_server_does_not_stop_the_schedule_and_the_stall_is_in_the_latency() -> (
    None
):
    async with relay(StalledRoom) as server, data_plane() as plane:
        await join(plane, server, 2)
        room = server.rooms["room"]
        assert isinstance(room, StalledRoom)
        window = asyncio.create_task(measured(plane, rate=100, seconds=0.4))
        await until(lambda: len(room.kept) > 40)
        room.go_on()
        step = await window
    assert step["expected"] == step["ledger"]["delivered"] == 2 * step["sent"]
    # The first of those 40 waited for the others: at 200 a second, 0.2 s.
    assert step["latency_us"]["max"] > 100_000
    assert step["lateness_us"]["p50"] < 50_000


@on_uvloop
async def test_a_message_that_the_generator_sends_late_counts_from_its_due_time() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 1)
        window = asyncio.create_task(measured(plane, rate=500, seconds=0.4))
        await until(lambda: plane.recorder.messages > 20)
        time.sleep(0.2)  # noqa: ASYNC251  (nothing is read, nothing is sent)
        step = await window
    # 0.2 s is half of the window: if the schedule had waited, half would be missing.
    assert step["sent"] > 150
    assert step["lateness_us"]["max"] > 150_000
    assert step["latency_us"]["max"] >= step["lateness_us"]["max"] - 1000
    assert step["latency_us"]["p90"] > 50_000


@on_uvloop
async def test_a_message_never_sent_is_unexpected_and_one_of_other_senders_is_foreign() -> None:
    async with relay() as server, data_plane() as plane:
        (member, _) = await join(plane, server, 2)
        window = asyncio.create_task(measured(plane, rate=100, seconds=0.2))
        await until(lambda: plane.recorder.messages > 4)
        mine = id_of(member.room.prefix, 0, 10**6, 0)
        elsewhere = id_of(member.room.prefix.replace("room", "other"), 0, 0, 0)
        for identifier in (mine, elsewhere, "a person's"):
            frame = Message(None, identifier, "somebody", "hello", 0)
            server.rooms["room"].tell(str(encode(frame).data).encode())
        server.rooms["room"].tell(b"not JSON")
        step = await window
    assert (step["ledger"]["unexpected"], step["ledger"]["foreign"]) == (2 * 3, 2 * 1)
    assert step["expected"] == step["ledger"]["delivered"] == 2 * step["sent"]


@on_uvloop
async def test_the_order_of_a_messages_fields_and_spaces_between_them_do_not_matter() -> None:
    class OtherRoom(Room):
        def tell(self, payload: bytes) -> None:
            fields = json.loads(payload)
            other = json.dumps({name: fields[name] for name in sorted(fields)}, indent=1)
            super().tell(other.encode())

    def make_room(name: str, loop: asyncio.AbstractEventLoop) -> Room:
        return OtherRoom(name, loop, 1 << 20, one_by_one=False)

    async with relay(make_room) as server, data_plane() as plane:
        await join(plane, server, 3)
        step = await measured(plane, rate=100, seconds=0.2)
    assert step["expected"] == step["ledger"]["delivered"] == 3 * step["sent"] > 0


@on_uvloop
async def test_each_window_has_its_own_ledger() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        plane.talk(100)
        first = await measured(plane, rate=100, seconds=0.2)
        second = await measured(plane, rate=0, seconds=0.05)
    assert first["ledger"]["balanced"]
    assert first["sent"] * 3 == first["expected"]
    assert second["sent"] == second["expected"] == second["ledger"]["delivered"] == 0


@on_uvloop
async def test_members_that_join_and_leave_meanwhile_keep_the_balance() -> None:
    async with relay() as server, data_plane() as plane:
        members = await join(plane, server, 5)
        window = asyncio.create_task(measured(plane, rate=200, seconds=0.5))
        for number in range(20):
            plane.leave(members.pop(0))
            name = f"later{number}"
            members.append(await plane.join(server.url, "room", name, talks=True))
        step = await window
    assert step["ledger"]["balanced"]
    assert step["ledger"]["lost"] == step["ledger"]["duplicates"] == 0
    assert step["expected"] > 3 * step["sent"]
    assert plane.disconnects == []


@pytest.mark.parametrize(("code", "cause"), [(1013, "closed 1013"), (None, "closed 1006")])
def test_a_member_that_is_cut_off_is_a_disconnect_and_its_losses_have_that_cause(
    code: int | None, cause: str
) -> None:
    @on_uvloop
    async def run() -> None:
        async with relay() as server, data_plane() as plane:
            await join(plane, server, 4, talkers=1)
            window = asyncio.create_task(measured(plane, rate=2000, seconds=0.4))
            await until(lambda: plane.recorder.messages > 100)
            victim = server.member("u3")
            victim.leave()
            if code is None:
                victim.abort()
            else:
                victim.close(code, "too slow")
            step = await window
            (ended,) = plane.disconnects
        assert (ended.member, ended.room, ended.cause) == ("u3", "room", cause)
        assert step["ledger"]["balanced"]
        assert set(step["ledger"]["lost_by_cause"]) <= {cause}

    run()


@on_uvloop
async def test_a_talker_that_is_cut_off_sends_no_more_and_what_it_owes_is_counted() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 3)
        server.member("u0").close(1012, "restart")
        await until(lambda: bool(plane.disconnects))
        step = await measured(plane, rate=100, seconds=0.4)
    ledger = step["ledger"]
    assert step["expected"] == 2 * step["sent"] == ledger["delivered"]
    # A third of the messages was due at the one that is away; each is owed to all three.
    assert step["sent"] > ledger["unsent"] > 0.2 * step["sent"]
    assert ledger["owed"] == step["sent"] + 3 * ledger["unsent"]
    assert ledger["balanced"]


@on_uvloop
async def test_an_outage_of_all_members_is_as_large_as_what_they_would_have_received() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 4)
        server.close()
        await until(lambda: len(plane.disconnects) == 4)
        step = await measured(plane, rate=100, seconds=0.4)
    assert step["sent"] == 0
    assert step["ledger"]["owed"] == 4 * step["ledger"]["unsent"] > 4 * 80


@on_uvloop
async def test_a_member_that_is_replaced_or_leaves_is_owed_nothing_more() -> None:
    async with relay() as server, data_plane() as plane:
        first, second, _ = await join(plane, server, 3)
        for name in ("u0", "u1"):
            server.member(name).close(1012, "restart")
        await until(lambda: len(plane.disconnects) == 2)
        await plane.join(server.url, "room", "u0", talks=True, replaces=first)
        plane.leave(second)
        step = await measured(plane, rate=100, seconds=0.2)
    assert step["expected"] == 2 * step["sent"] == step["ledger"]["delivered"] > 0
    assert (step["ledger"]["unsent"], step["ledger"]["owed"]) == (0, 0)


@on_uvloop
async def test_a_member_that_retires_waits_until_its_messages_are_with_all() -> None:
    async with relay(StalledRoom) as server, data_plane() as plane:
        leaver, _ = await join(plane, server, 2, talkers=1)
        room = server.rooms["room"]
        assert isinstance(room, StalledRoom)
        window = asyncio.create_task(measured(plane, rate=200, seconds=0.4))
        await until(lambda: len(room.kept) > 5)
        plane.retire(leaver)
        sent = plane.recorder.window.tally.sent
        await asyncio.sleep(3 * DRAIN_POLL_S)
        assert leaver in plane.members
        room.go_on()
        await until(lambda: leaver not in plane.members)
        step = await window
    assert step["sent"] == sent
    assert step["ledger"]["delivered"] == step["expected"] == 2 * sent
    assert step["ledger"]["lost"] == 0


@on_uvloop
async def test_a_member_that_retires_leaves_a_server_that_never_answers() -> None:
    async with relay(StalledRoom) as server, data_plane() as plane:
        leaver, _ = await join(plane, server, 2, talkers=1)
        window = asyncio.create_task(measured(plane, rate=200, seconds=0.2))
        await until(lambda: plane.recorder.window.tally.sent > 5)
        with patch("bench.load.plane.RETIRE_S", 0.1):
            plane.retire(leaver)
            await until(lambda: leaver not in plane.members)
        step = await window
    assert step["sent"] > 5
    assert (step["expected"], step["ledger"]["lost"]) == (0, 0)


@on_uvloop
async def test_a_bad_room_and_a_missing_server_are_one_sentence() -> None:
    async with relay() as server, data_plane() as plane:
        with pytest.raises(JoinError, match="connection refused"):
            await plane.join("http://127.0.0.1:1", "room", "u", talks=True)
        with pytest.raises(JoinError, match="closed with 4400: room takes"):
            await plane.join(server.url, "bad!", "u", talks=True)


@on_uvloop
async def test_a_run_does_not_show_in_the_next_run() -> None:
    async with relay() as server, data_plane() as plane:
        await join(plane, server, 2)
        await measured(plane, rate=100, seconds=0.1)
        plane.leave_all()
        plane.start(Content("text", 10), seed=1)
        await join(plane, server, 3)
        step = await measured(plane, rate=100, seconds=0.1)
    assert step["expected"] == 3 * step["sent"] == step["ledger"]["delivered"]
    assert step["ledger"]["unexpected"] == 0


@on_uvloop
async def test_a_cancelled_join_is_no_member_even_if_the_answer_comes_later() -> None:
    async with relay() as server, data_plane() as plane:
        joining = asyncio.create_task(plane.join(server.url, "room", "u", talks=True))
        await until(lambda: bool(server.connections))
        joining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await joining
        await plane.join(server.url, "room", "other", talks=True)
        await until(lambda: [member.user for member in server.connections] == ["other"])
        assert {member.name for member in plane.members} == {"other"}
