"""Percentiles and sustained rates on queues whose true values are known."""

import math

import numpy as np
import pytest

from bench.analysis.latency import Percentile, TooFewMessages, blocks_of, merged, percentile
from bench.analysis.simulation.queue import (
    percentile_of_queue,
    search_capacity,
    sojourns,
    true_capacity,
)
from bench.analysis.sustained import RateWindow, next_rate, sustained_rate

SERVICE_S = 0.0168


def test_the_true_percentile_of_a_queue_is_what_a_long_simulation_gives() -> None:
    times = sojourns(0.65 / SERVICE_S, SERVICE_S, 400_000, 1000, np.random.default_rng(1))
    for share in (0.5, 0.99):
        true = percentile_of_queue(0.65 / SERVICE_S, SERVICE_S, share)
        assert float(np.quantile(times, share)) == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize(("load", "windows"), [(0.35, 6), (0.65, 6)])
@pytest.mark.parametrize("share", [0.5, 0.99])
def test_percentiles_cover_by_message(load: float, windows: int, share: float) -> None:
    source, hits = np.random.default_rng(2), 0
    true = percentile_of_queue(load / SERVICE_S, SERVICE_S, share) * 1e6
    for _ in range(60):
        times = [sojourns(load / SERVICE_S, SERVICE_S, 300, 200, source) for _ in range(windows)]
        found = percentile(
            blocks_of([np.repeat(t[:, None], 2, axis=1) * 1e6 for t in times]), share
        )
        assert isinstance(found, Percentile)
        hits += found.low <= true * 1.006 and found.high >= true * 0.994  # three digits
    assert hits / 60 >= 0.83


def test_members_of_a_room_are_no_further_messages() -> None:
    times = sojourns(20.0, SERVICE_S, 1500, 100, np.random.default_rng(3))[:, None] * 1e6
    few, many = (percentile(blocks_of([np.repeat(times, n, axis=1)]), 0.5) for n in (1, 50))
    assert isinstance(few, Percentile)
    assert isinstance(many, Percentile)
    assert (few.low, few.high) == (many.low, many.high)


def test_a_percentile_of_too_few_messages_is_refused_with_what_it_needs() -> None:
    blocks = blocks_of([np.ones((300, 100)) * 50])
    found = percentile(blocks, 0.999)
    assert isinstance(found, TooFewMessages)
    assert found.reason == "p99.9 needs about 3,688 messages, and there are 300."
    assert isinstance(percentile(blocks, 0.5), Percentile)


def test_messages_that_cluster_leave_the_upper_end_open() -> None:
    """1 000 messages, and all slow ones in one stall: the next run may have none, or three."""
    times = np.full((1000, 1), 100.0)
    times[500:520] = 90_000.0
    found = percentile(blocks_of([times]), 0.99)
    assert isinstance(found, Percentile)
    assert math.isinf(found.high)
    assert found.needed > 1000


def test_windows_are_merged_and_not_averaged() -> None:
    base = np.concatenate([np.full((990, 1), 100.0), np.full((10, 1), 500.0)])
    parts = blocks_of([base, base])
    assert merged([parts, parts]).total_messages == 4000
    other = blocks_of([np.full((40, 1), 7.0)])
    with pytest.raises(ValueError, match="different buckets"):
        merged([parts, other])


def test_sustained_rates_cover() -> None:
    """M/D/1 with the service time on which the former search ended too high in 88 of 100."""
    source, limit = np.random.default_rng(4), true_capacity(SERVICE_S, 0.1)
    found = [sustained_rate(search_capacity(SERVICE_S, 0.1, 16, 6.0, source)) for _ in range(50)]
    assert np.mean([f.low <= limit <= f.high for f in found]) >= 0.82
    assert abs(np.median([f.value for f in found]) / limit - 1) < 0.1


def test_a_search_rises_until_a_window_fails() -> None:
    passed = RateWindow(100, 1000, 0)
    assert next_rate([], 100) == 100
    assert next_rate([passed], 100) > 100
    assert next_rate([RateWindow(100, 1000, 500)], 100) < 100
    assert 100 / 1.2 < next_rate([passed, RateWindow(125, 1000, 500)], 100) < 125 * 1.2


def test_a_loss_ends_what_is_sustained() -> None:
    windows = [RateWindow(rate, 1000, 0) for rate in (100, 125)] + [RateWindow(156, 1000, 0, 3)]
    found = sustained_rate(windows)
    assert (found.value, found.high, found.limit) == (125, 156, "loss")


def test_no_window_failed() -> None:
    found = sustained_rate([RateWindow(100, 1000, 0)])
    assert (found.low, found.high, found.limit) == (100, math.inf, "not reached")
