"""Turns of a group in the data plane: short slots and long windows, with the stack's CPU clocks.

Groups take turns while the members of all groups stay connected. A turn begins with a quiet
server and ends when every message has arrived and the server is quiet again, so that its CPU time
belongs to its messages.
"""

import asyncio
import time

import msgspec
import numpy as np

from bench.envelope.observation import Counts, Cpu, GeneratorUse, Part, Percentiles
from bench.load.ledger import SILENT
from bench.load.orders import Clocks, TakeSlot, TakeWindow, Turn
from bench.load.plane import Plane
from bench.load.recorder import Window, clock
from bench.load.tally import Tally
from bench.stack.cpu_clock import cpu_seconds_or_0, tree_cpu_seconds, user_seconds_or_0

LEAD_S = 0.002
"""From the reading of the clocks to the first due time."""
PARTS = 10
PARTED_S = 4.0
"""A window that lasts this long is measured in parts. In a shorter one, the core may have a single
speed, and its parts would be one observation and not ten."""
LOST_S = 2.0
"""With nothing arriving for so long, the missing messages count as lost."""
_POLL_S = 0.0005
_QUIET_SHARE, _QUIET_POLLS, _QUIET_S = 0.05, 2, 0.05
"""A server that uses less than this share of its core for these polls is quiet."""
_NS = 1_000_000_000


async def take_slot(plane: Plane, order: TakeSlot, clocks: Clocks) -> Turn:
    """A slot; raises nothing: losses are in the counts."""
    plane.turn(order.group)
    if order.content is not None:
        plane.carry(order.content)
    before, cpu_ns = _read(clocks), time.process_time_ns()
    window = plane.open_slot(order.messages, order.seconds, LEAD_S)
    end_ns = window.start_ns + int(order.seconds * _NS)
    await asyncio.sleep(max(0.0, (end_ns - clock()) / _NS))
    await _all_arrived(plane, order.messages)
    elapsed_s = (plane.recorder.last_frame_ns - window.start_ns) / _NS
    await _quiet(clocks)
    cpu = _difference(before, _read(clocks))
    return _turn(plane, window, elapsed_s, cpu, (time.process_time_ns() - cpu_ns) / _NS)


async def take_window(plane: Plane, order: TakeWindow, clocks: Clocks) -> Turn:
    """A window at a steady load, with one latency for each message."""
    plane.turn(order.group)
    each = order.rate / max(1, len(plane.members))
    plane.talk(each)
    await asyncio.sleep(order.warmup_s)
    before, cpu_ns = _read(clocks), time.process_time_ns()
    window = plane.open_window(each)
    window.kept = []
    parts = await _parts(plane, window, order.seconds, clocks, before)
    plane.close_window()
    cpu = _difference(before, _read(clocks))
    used_s = (time.process_time_ns() - cpu_ns) / _NS
    await _all_arrived(plane, window.tally.sent)
    await _quiet(clocks)
    turn = _turn(plane, window, (window.end_ns - window.start_ns) / _NS, cpu, used_s)
    worst, middle = _by_message(window)
    return msgspec.structs.replace(turn, worst_us=worst, middle_us=middle, parts=parts)


async def _parts(
    plane: Plane, window: Window, seconds: float, clocks: Clocks, before: Cpu
) -> list[Part]:
    """Wait until the window ends; returns it in parts of equal length if it is long."""
    if seconds < PARTED_S:
        await asyncio.sleep(seconds)
        return []
    parts, delivered = [], 0
    for number in range(1, PARTS + 1):
        end_ns = window.start_ns + int(seconds * number / PARTS * _NS)
        await asyncio.sleep(max(0.0, (end_ns - clock()) / _NS))
        plane.recorder.flush()
        now, arrived = _read(clocks), window.tally.delivered
        parts.append(Part(_difference(before, now), arrived - delivered))
        before, delivered = now, arrived
    return parts


async def _all_arrived(plane: Plane, messages: int) -> None:
    """Wait until all messages were sent and have arrived; settle what is missing as lost."""
    heard, since = -1, clock()
    while True:
        plane.recorder.flush()
        tally = plane.recorder.window.tally
        # A message is never sent if its sender is away.
        if tally.sent + tally.unsent >= messages and tally.delivered + tally.lost >= tally.expected:
            break
        if plane.recorder.messages != heard:
            heard, since = plane.recorder.messages, clock()
        if clock() - since > LOST_S * _NS:
            break
        await asyncio.sleep(_POLL_S)
    for room in plane.rooms.values():
        room.ledger.settle(cause=SILENT)
    plane.check()


async def _quiet(clocks: Clocks) -> None:
    """Wait until the server has done what follows the last delivery."""
    deadline, quiet, used, at = clock() + _QUIET_S * _NS, 0, _servers_s(clocks), clock()
    while quiet < _QUIET_POLLS and clock() < deadline:
        await asyncio.sleep(_POLL_S)
        now, spent = clock(), _servers_s(clocks)
        quiet = quiet + 1 if spent - used < _QUIET_SHARE * (now - at) / _NS else 0
        used, at = spent, now


def _servers_s(clocks: Clocks) -> float:
    return sum(map(cpu_seconds_or_0, clocks.servers))


def _read(clocks: Clocks) -> Cpu:
    """The clocks now, since the start of the processes."""
    return Cpu(
        servers_s=_servers_s(clocks),
        redis_s=sum(map(cpu_seconds_or_0, clocks.redis)),
        nats_s=sum(map(cpu_seconds_or_0, clocks.nats)),
        postgresql_s=0.0 if clocks.postgresql is None else tree_cpu_seconds(clocks.postgresql),
        user_s=sum(map(user_seconds_or_0, clocks.servers)),
    )


def _difference(before: Cpu, after: Cpu) -> Cpu:
    fields = Cpu.__struct_fields__
    return Cpu(**{name: round(getattr(after, name) - getattr(before, name), 7) for name in fields})


def _turn(plane: Plane, window: Window, elapsed_s: float, cpu: Cpu, used_s: float) -> Turn:
    late = window.lateness.percentile(99)
    return Turn(
        members=len(plane.members),
        elapsed_s=round(elapsed_s, 6),
        cpu=cpu,
        counts=_counts(window.tally),
        generator=GeneratorUse(cpu_s=round(used_s, 6), late_p99_us=late),
        latency_us=msgspec.convert(window.latency.summary(), Percentiles),
    )


def _counts(tally: Tally) -> Counts:
    return Counts(
        sent=tally.sent,
        expected=tally.expected,
        delivered=tally.delivered,
        lost=tally.lost,
        duplicates=tally.duplicates,
        reordered=tally.reordered,
        unexpected=tally.unexpected,
        lost_by_cause=dict(tally.lost_by_cause),
        balanced=tally.balanced,
    )


def _by_message(window: Window) -> tuple[list[int], list[int]]:
    """For each message in order of due time, the largest and the median latency in µs."""
    if not window.kept:
        return [], []
    due = np.concatenate([each for each, _ in window.kept])
    latency = np.concatenate([each for _, each in window.kept])
    order = np.lexsort((latency, due))
    due, latency = due[order], latency[order]
    _, starts, counts = np.unique(due, return_index=True, return_counts=True)
    worst = latency[starts + counts - 1]
    middle = latency[starts + (counts - 1) // 2]
    return worst.tolist(), middle.tolist()
