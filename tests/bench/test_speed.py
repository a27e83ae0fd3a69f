"""The experiment `speed`: sizes of turns, and a short run of two arms that is resumed."""

import math
import random
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench.envelope.run import read_run
from bench.envelope.speed import MOST_STEADY_SHARE, Slot, Window
from bench.experiments import runner
from bench.experiments.runner import Asked
from bench.experiments.speed import experiment as speed
from bench.experiments.speed import plan
from bench.experiments.speed.plan import Kind, Size

ARMS = ("fastapi-uvicorn-memory", "asgi-uvicorn")
COLUMNS = {*ARMS, "fastapi-uvicorn-memory#2"}
SHORT = Size(
    starts=2,
    slots={Kind("35", 100): 2, Kind("65", 1): 1, Kind("equal", 100): 1, Kind("saturated", 100): 1},
    windows={Kind("35", 100): 0.05},
    idle_s=0.1,
)


@pytest.mark.parametrize("message_s", [0.0001, 0.002, 0.02, 0.2])
@pytest.mark.parametrize("load", ["35", "65"])
def test_a_slot_has_enough_messages_and_the_load_that_is_meant(message_s: float, load: str) -> None:
    messages, seconds = plan.slot_of(Kind(load, 100), message_s, limit=1e9)  # type: ignore[arg-type]

    assert messages >= plan.LEAST_MESSAGES
    assert seconds >= plan.SLOT_S
    assert messages * message_s / seconds == pytest.approx(plan.SHARES[load], rel=0.1)


def test_a_slot_asks_no_more_than_the_generator_can_bear() -> None:
    messages, seconds = plan.slot_of(Kind("65", 100), 0.00001, limit=500)

    assert messages / seconds == pytest.approx(500, rel=0.05)


def test_a_window_is_long_enough_for_its_queue_and_its_messages() -> None:
    rate, seconds = plan.window_of(Kind("65", 100), 0.02, limit=1e9, part=1.0)
    assert rate * 0.02 == pytest.approx(0.65)
    assert rate * seconds >= plan.WINDOW_MESSAGES * 0.999
    assert seconds >= plan.RELAXATIONS * plan.relaxation_s(0.02, 0.65)

    _, half = plan.window_of(Kind("65", 100), 0.02, limit=1e9, part=0.5)
    assert half == pytest.approx(seconds / 2)

    _, short = plan.window_of(Kind("65", 100), 0.0002, limit=1e9, part=0.1)
    assert short >= plan.WINDOW_LEAST_S


def test_an_arm_has_a_latency_at_the_equal_load_where_it_can_do_more_than_that() -> None:
    most = MOST_STEADY_SHARE / plan.EQUAL_RATE
    assert plan.is_steady(Kind("equal", 100), 0.99 * most)
    assert not plan.is_steady(Kind("equal", 100), 1.01 * most)
    assert plan.is_steady(Kind("65", 100), 1.01 * most)


@pytest.mark.parametrize(("share", "size"), [(0.35, 30), (0.65, 80)])
def test_the_relaxation_time_is_that_of_a_queue_with_equal_services(
    share: float, size: int
) -> None:
    """The slowest mode of the queue's length from one service to the next, up to `size`."""
    arrive = np.array(
        [math.exp(-share + k * math.log(share) - math.lgamma(k + 1)) for k in range(size)]
    )
    chain = np.zeros((size, size))
    for length in range(size):
        left = max(length - 1, 0)
        chain[length, left:] = arrive[: size - left]
    modes = np.sort(np.abs(np.linalg.eigvals(chain)))[::-1]
    assert modes[0] == pytest.approx(1, abs=1e-6)
    assert -1 / math.log(modes[1]) == pytest.approx(plan.relaxation_s(1.0, share), rel=0.03)


def test_rounds_come_in_random_order_and_all_of_them() -> None:
    every = plan.rounds(plan.QUICK, random.Random(1))

    assert Counter(kind for kind, _ in every) == plan.QUICK.slots
    assert every != plan.rounds(plan.QUICK, random.Random(2))


def test_a_short_run_observes_everything_and_a_killed_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(plan.SIZES, "quick", SHORT)
    monkeypatch.setattr(plan, "WINDOW_LEAST_S", 0.2)
    monkeypatch.setattr(speed, "_WARM_UP", {100: 2, 1: 1})
    said: list[str] = []

    path = runner.start(tmp_path, "speed", Asked("quick", ("speed",), ARMS), said.append)

    run = read_run(path)
    slots = [each for each in run.observations if isinstance(each, Slot)]
    windows = [each for each in run.observations if isinstance(each, Window)]
    assert run.info.finished_at
    assert {each.arm for each in slots} == COLUMNS
    assert {each.arm for each in windows} == {"fastapi-uvicorn-memory"}
    assert {each.start for each in slots} == {1, 2}
    expected = Counter({(kind.load, kind.room): 2 * count for kind, count in SHORT.slots.items()})
    expected["idle", 0] = 2
    for column in COLUMNS:
        assert Counter((each.load, each.room) for each in slots if each.arm == column) == expected
    counted = [each for each in slots if each.refused is None and each.load != "idle"]
    assert counted
    assert all(each.cpu.servers_s > 0 and each.core.ruler_s > 0 for each in counted)
    assert all(each.counts.delivered == each.messages * each.room for each in counted)

    # As if it had been killed in its second start.
    first = [each for each in run.observations if getattr(each, "start", 0) == 1]
    killed = msgspec.structs.replace(
        run, info=msgspec.structs.replace(run.info, finished_at=""), observations=first
    )
    (path / "observations.jsonl").write_bytes(
        b"".join(msgspec.json.encode(each) + b"\n" for each in first)
    )
    runner.resume(killed, said.append)

    again = read_run(path)
    assert again.info.finished_at
    assert len(again.info.resumed_at) == 1
    assert again.observations[: len(first)] == first
    assert {each.start for each in again.observations[len(first) :] if isinstance(each, Slot)} == {
        2
    }


def test_arms_that_cannot_be_measured_are_refused(tmp_path: Path) -> None:
    from bench.errors import BenchError

    with pytest.raises(BenchError, match="There is no arm 'nothing'"):
        runner.start(tmp_path, "speed", Asked("quick", (speed.NAME,), ("nothing",)), print)
    assert not list(tmp_path.iterdir())
