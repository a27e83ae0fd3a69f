"""Factors, messages against deliveries, two runs, the planted difference, the ruler."""

import math
from itertools import product

import numpy as np
import pytest

from bench.analysis.effects import factor_effects
from bench.analysis.estimate import Estimate
from bench.analysis.message_cost import message_cost
from bench.analysis.planted import compare_hidden, hide_names, reveal
from bench.analysis.ratios import costs
from bench.analysis.ruler import judge_ruler
from bench.analysis.run_comparison import compare_runs
from bench.analysis.simulation.core import Core, repeated
from bench.analysis.slots import SlotTable

FACTORS = {"framework": "fastapi", "server": "uvicorn", "fanout": "memory"}


def _arms() -> list[dict[str, str]]:
    """No full product: FastAPI has no pub/sub arm."""
    every = product(("fastapi", "channels"), ("uvicorn", "daphne"), ("memory", "redis", "pubsub"))
    arms = [dict(zip(FACTORS, levels, strict=True)) for levels in every]
    return [arm for arm in arms if (arm["framework"], arm["fanout"]) != ("fastapi", "pubsub")]


def _values(source: np.random.Generator, wild: float = 0.0) -> np.ndarray:
    """Channels costs e times FastAPI, and over Redis e^0.5 times more; Daphne e^0.2 times."""
    level = [
        1.0 * (arm["framework"] == "channels")
        + 0.2 * (arm["server"] == "daphne")
        + 0.5 * (arm["framework"] == "channels") * (arm["fanout"] == "redis")
        + wild * source.standard_normal()
        for arm in _arms()
    ]
    starts = 0.01 * source.standard_normal((len(level), 2, 1))
    return np.array(level)[:, None, None] + starts + 0.02 * source.standard_normal((10, 2, 12))


def test_effects_and_interactions_are_found() -> None:
    found = factor_effects(_arms(), _values(np.random.default_rng(1)), FACTORS)
    main = {(e.factor, e.level): e.ratio for e in found.main}
    server, framework = main["server", "daphne"], main["framework", "channels"]
    assert server is not None
    assert server.log == pytest.approx(0.2, abs=0.03)
    assert framework is not None
    assert framework.log == pytest.approx(1.25, abs=0.03)  # the mean over memory and Redis
    both = next(e.ratio for e in found.interactions if e.levels == ("channels", "redis"))
    assert both is not None
    assert both.log == pytest.approx(0.5, abs=0.05)


def test_what_the_arms_cannot_tell_apart_has_no_figure() -> None:
    found = factor_effects(_arms(), _values(np.random.default_rng(1)), FACTORS)
    assert next(e.ratio for e in found.interactions if e.levels == ("channels", "pubsub")) is None


def test_arms_that_the_model_does_not_describe_give_wide_intervals() -> None:
    source = np.random.default_rng(2)
    sound = factor_effects(_arms(), _values(source), FACTORS)
    wild = factor_effects(_arms(), _values(source, wild=0.2), FACTORS)
    assert wild.error == "unexplained"
    assert wild.main[0].ratio is not None
    assert sound.main[0].ratio is not None
    assert wild.main[0].ratio.error > 5 * sound.main[0].ratio.error


def test_intervals_of_effects_cover() -> None:
    source, hits = np.random.default_rng(3), 0
    for _ in range(150):
        effects = factor_effects(_arms(), _values(source), FACTORS)
        server = next(e.ratio for e in effects.main if e.factor == "server")
        assert server is not None
        hits += server.contains(math.exp(0.2))
    assert hits / 150 >= 0.88


def _estimate(value: float, error: float = 0.02) -> Estimate:
    return Estimate(math.log(value), error, 30)


def test_a_message_is_told_from_a_delivery() -> None:
    found = message_cost({n: _estimate(40 / n + 10) for n in (1, 10, 100)})
    assert found.message.value == pytest.approx(40)
    assert found.delivery.value == pytest.approx(10)
    assert found.delivery.low < 10 < found.delivery.high
    (check,) = found.checks
    assert check.members == 10
    assert check.ratio is not None
    assert check.ratio.value == pytest.approx(1.0)


def test_a_room_that_the_two_costs_do_not_predict_is_shown() -> None:
    found = message_cost({1: _estimate(50), 10: _estimate(28), 100: _estimate(10.4)})
    assert found.checks[0].ratio is not None
    assert found.checks[0].ratio.low > 1.5


def test_two_costs_need_two_rooms() -> None:
    with pytest.raises(ValueError, match="two sizes of rooms"):
        message_cost({100: _estimate(10)})


def test_intervals_of_message_and_delivery_cover() -> None:
    source, hits = np.random.default_rng(4), np.zeros(2)
    for _ in range(400):
        logs = {n: math.log(40 / n + 10) + 0.03 * source.standard_normal() for n in (1, 100)}
        found = message_cost({n: Estimate(log, 0.03, 1e6) for n, log in logs.items()})
        hits += (
            found.message.low <= 40 <= found.message.high,
            found.delivery.low <= 10 <= found.delivery.high,
        )
    assert np.all(hits / 400 >= 0.90)


def test_two_runs_agree_where_the_difference_is_within_both_errors() -> None:
    first = {"a": _estimate(10), "b": _estimate(10), "gone": _estimate(1)}
    second = {"a": _estimate(10.5), "b": _estimate(12), "new": _estimate(1)}
    found = compare_runs(first, second)
    assert [(f.name, f.agrees) for f in found.figures] == [("a", True), ("b", False)]
    assert (found.share, found.target_met) == (0.5, False)
    assert (found.only_first, found.only_second) == (("gone",), ("new",))


def test_two_runs_of_one_truth_agree_in_95_of_100_figures() -> None:
    source = np.random.default_rng(5)
    runs = [
        {str(i): Estimate(0.05 * source.standard_normal(), 0.05, 1e6) for i in range(2000)}
        for _ in range(2)
    ]
    found = compare_runs(*runs)
    assert found.share == pytest.approx(0.95, abs=0.02)
    assert found.p > 0.001


def test_what_is_planted_is_found_and_nothing_else() -> None:
    """Four programs, one with 5 % more; five starts, as the experiment has."""
    core = Core((math.log(1.05), 0.0, 0.0, 0.0), starts=5, rounds=60, noise=0.05, between=0.003)
    results = []
    for seed, table in enumerate(repeated(core, 25, 6)):
        hidden, labels = hide_names(table, seed)
        assert not set(hidden.arms) & set(table.arms)
        pairs = compare_hidden(costs(judge_ruler([hidden]).applied(hidden)))
        results.append(reveal(pairs, labels, "arm 0", 1.05))
    assert np.mean([found.sign_found for found in results]) >= 0.8
    assert np.mean([found.size_found for found in results]) >= 0.7
    assert np.mean([found.nothing_found for found in results]) >= 0.7


def test_a_method_that_finds_nothing_does_not_pass() -> None:
    core = Core((0.0, 0.0, 0.0, 0.0), starts=5, rounds=60)
    hidden, labels = hide_names(repeated(core, 1, 7)[0], 7)
    assert not reveal(compare_hidden(costs(hidden)), labels, "arm 0", 1.5).passed


def test_the_ruler_is_left_out_of_a_steady_core() -> None:
    found = judge_ruler([repeated(Core((0.0,) * 6, speed=0.0), 1, 1)[0]])
    assert not found.used
    assert "takes away" in found.reason


def test_the_ruler_is_left_out_where_the_arm_moves_it() -> None:
    table = repeated(Core((0.0,) * 6), 1, 1)[0]
    moved = table.ruler_us * np.array([1.5, 1, 1, 1, 1, 1])[:, None, None]
    found = judge_ruler([SlotTable(table.arms, table.cpu_us, table.work, moved)])
    assert not found.used
    assert "depends on the arm" in found.reason


def test_the_slope_of_the_ruler_is_found() -> None:
    found = judge_ruler(repeated(Core((0.0,) * 8, rounds=40), 3, 2))
    assert found.used
    assert found.slope == pytest.approx(1.0, abs=0.06)
