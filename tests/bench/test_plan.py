"""`chatbench plan`: cores, memory and broker from made-up costs, and what was not measured."""

import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from bench.analysis.cost_curve import Curve, Spread, of_members, spread_of
from bench.analysis.estimate import Estimate
from bench.analysis.growth import growths
from bench.analysis.plan_check import held_out
from bench.analysis.scale import scales
from bench.analysis.sizing import BUSY, Load, plan
from bench.cli.planning import plans_for, run
from bench.envelope.growth import GrowthSlot
from bench.envelope.run import newest
from bench.errors import BenchError
from tests.bench import test_connections, test_growth, test_scale
from tests.report import synthetic

ROOT = Path(__file__).resolve().parents[2]
ARM = "fastapi-uvicorn-redis"
LOAD = Load(members=10_000, rooms=100, rate=0.1, size=120)
"""1 000 messages and 100 000 deliveries a second in rooms of 100."""


def test_cores_follow_from_deliveries_and_their_cost() -> None:
    growth = growths(test_growth.made_up(0.0, ARM))[ARM]
    found = plan(LOAD, growth, None, None)
    assert found.delivery_us.value == pytest.approx(10.0, rel=0.02)
    assert found.cores.value == pytest.approx(100_000 * 10e-6 / BUSY, rel=0.02)
    assert found.cores.low < found.cores.value < found.cores.high
    assert (found.processes, found.memory_gib, found.broker_share) == (2, None, None)
    assert found.outside == ["more than one process"]


def test_memory_is_of_processes_and_connections() -> None:
    growth = growths(test_growth.made_up(0.0, ARM))[ARM]
    connections = test_connections.made_up(ARM)
    found = plan(Load(2000, 20, 0.01, 120), growth, None, connections)
    assert found.memory_gib == pytest.approx((50_000 + 2000 * 28) / 1024**2, rel=0.01)
    assert found.outside == []


def test_the_broker_has_a_share() -> None:
    growth = growths(test_growth.made_up(0.0, ARM))[ARM]
    scale = scales(test_scale.made_up(ARM))[ARM]
    found = plan(LOAD, growth, scale, None)
    # 40 µs for each of two processes, 1 000 times a second.
    assert found.broker_share == pytest.approx(0.08, rel=0.05)


def test_a_larger_message_costs_more() -> None:
    growth = growths(test_growth.made_up(1.0, ARM))[ARM]
    small = plan(Load(100, 10, 1.0, 1000), growth, None, None)
    large = plan(Load(100, 10, 1.0, 2000), growth, None, None)
    assert large.delivery_us.value / small.delivery_us.value == pytest.approx(2.0, rel=0.05)


def test_what_was_not_measured_is_said() -> None:
    growth = growths(test_growth.made_up(0.0, ARM))[ARM]
    found = plan(Load(5000, 1, 0.001, 8 * 1024**2), growth, None, None)
    assert found.outside[:2] == [
        "5000 members in a room (measured: 1 to 1000)",
        "8388608 bytes in a message (measured: 16384 to 1048576)",
    ]


def _cost(members: float) -> float:
    return 700 / members + 200 + 0.4 * members


def _curve(points: Iterable[int]) -> Curve:
    costs = {x: Estimate(math.log(_cost(x)), 0.02, 20) for x in points}
    return Curve(costs, of_members)


def test_a_cost_that_falls_and_rises_again_is_predicted_between_points() -> None:
    # A straight line of logarithms from 10 to 1000 would give 1.7 times as much.
    assert _curve([1, 10, 1000]).at(100).value == pytest.approx(_cost(100), rel=1e-6)
    whole = _curve([1, 10, 100, 1000])
    assert spread_of([whole]).error == pytest.approx(0.0, abs=1e-6)


def test_the_error_between_points_is_in_the_interval_and_not_at_a_point() -> None:
    curve, spread = _curve([1, 10, 100, 1000]), Spread(0.2, 16)
    at, between = curve.at(100, spread), curve.at(math.sqrt(100 * 1000), spread)
    assert at.half_width == pytest.approx(curve.at(100).half_width)
    assert between.error == pytest.approx(math.hypot(0.02, 0.2))


def test_points_that_the_plan_has_not_seen_are_within_its_intervals() -> None:
    found = newest(ROOT, GrowthSlot)
    assert found is not None
    checked = list(held_out(growths(found.entries)))
    assert {each.members for each in checked} == {10, 100}
    contained = sum(each.contained for each in checked)
    assert contained >= 0.85 * len(checked), [(e.arm, e.members, e.off) for e in checked]
    assert all(0.6 < each.off < 1.6 for each in checked)


def test_more_rooms_in_a_process_cost_more() -> None:
    growth = growths(test_growth.made_up(0.5, ARM))[ARM]
    few, many = (plan(Load(10 * n, n, 0.1, 120), growth, None, None) for n in (1, 100))
    assert many.delivery_us.value / few.delivery_us.value == pytest.approx(10.0, rel=0.1)


def test_the_cheapest_stack_stands_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dear = "channels-uvicorn-redis"
    slots = [*test_growth.made_up(0.3, dear), *test_growth.made_up(0.0, ARM)]
    synthetic.write_run(tmp_path, "growth", [dear, ARM], slots)
    assert [each.arm for each in plans_for(tmp_path, LOAD)] == [ARM, dear]
    run(tmp_path, 10_000, 100, 0.1, 120, as_json=False, say=print)
    said = capsys.readouterr().out
    assert "100\N{NARROW NO-BREAK SPACE}000 deliveries a second" in said
    assert said.index(ARM) < said.index(dear)
    assert f"not measured for {ARM}: more than one process" in said


def test_without_measurements_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="chatbench run --experiment growth"):
        run(tmp_path, 10, 1, 1.0, 100, as_json=False, say=print)


def test_more_rooms_than_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="--rooms 20 is more than --members 10"):
        run(tmp_path, 10, 20, 1.0, 100, as_json=False, say=print)
