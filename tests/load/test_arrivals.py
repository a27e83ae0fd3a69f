"""The schedule: Poisson in its counts and waits, and an alarm that is precise."""

import asyncio
import random
import time

import pytest
import uvloop

from bench.load.arrivals import Alarm, PoissonArrivals

SECOND = 1_000_000_000


def test_waits_are_exponential() -> None:
    arrivals = PoissonArrivals(1000, 0, random.Random(5))
    due = list(arrivals.due(20 * SECOND))
    waits = [later - earlier for earlier, later in zip([0, *due], due, strict=False)]
    mean = sum(waits) / len(waits)
    deviation = (sum((wait - mean) ** 2 for wait in waits) / len(waits)) ** 0.5
    assert due == sorted(due)
    assert mean == pytest.approx(SECOND / 1000, rel=0.03)
    assert deviation == pytest.approx(mean, rel=0.05)


def test_each_due_time_is_given_once_and_none_from_the_bound_on() -> None:
    whole = list(PoissonArrivals(100, 0, random.Random(5)).due(2 * SECOND))
    arrivals = PoissonArrivals(100, 0, random.Random(5))
    parts = [list(arrivals.due(before)) for before in (SECOND // 3, SECOND, SECOND, 2 * SECOND)]
    assert [due for part in parts for due in part] == whole
    assert parts[2] == []
    assert all(due < SECOND for due in parts[0] + parts[1])


def test_at_a_rate_of_zero_nothing_is_ever_due() -> None:
    arrivals = PoissonArrivals(0, 0, random.Random(5))
    assert arrivals.next_ns is None
    assert list(arrivals.due(SECOND)) == []


def test_the_alarm_rings_once_at_its_time_and_not_after_a_cancel() -> None:
    async def run() -> list[int]:
        rung: list[int] = []
        done = asyncio.Event()

        def ring() -> None:
            rung.append(time.monotonic_ns())
            done.set()

        alarm = Alarm(asyncio.get_running_loop(), ring)
        now = time.monotonic_ns()
        alarm.set(now + SECOND // 100, now)
        alarm.set(None, now)
        due = now + SECOND // 20
        alarm.set(due, now)
        async with asyncio.timeout(5):
            await done.wait()
        alarm.close()
        return [at - due for at in rung]

    (late_ns,) = uvloop.run(run())
    assert 0 <= late_ns < SECOND
