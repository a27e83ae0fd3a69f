"""What Locust's tables say about deliveries agrees with our histograms, to Locust's rounding."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.histogram import Histogram


@pytest.fixture(scope="module")
def locust() -> Any:
    """Locust's statistics and our filling of them, without gevent's patches to this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCUST_SKIP_MONKEY_PATCH", "1")
        from bench.load.suite import tables

    return tables


@settings(deadline=None)
@given(st.lists(st.integers(0, 100_000_000), min_size=1, max_size=50))
def test_bulk_rounding_equals_locusts_rounding(locust: Any, latencies: list[int]) -> None:
    from locust.stats import bucket_response_time

    one_by_one = Counter(bucket_response_time(latency / 1000) for latency in latencies)
    assert locust.bucketed(np.array(latencies)) == one_by_one


def test_percentiles_agree_to_locusts_rounding(locust: Any) -> None:
    from locust.stats import RequestStats, bucket_response_time

    latencies = np.random.default_rng(3).lognormal(9, 1.5, 50_000).astype(np.int64)
    ordered = np.sort(latencies).tolist()
    ours = Histogram()
    ours.record(latencies)
    stats = RequestStats()
    for part in np.array_split(latencies, 7):
        locust.count(stats, "delivery", part, Counter())

    for entry in (stats.get("delivery", "WS"), stats.total):
        assert entry.num_requests == ours.count
        assert entry.max_response_time == ours.max_us / 1000
        assert entry.avg_response_time == pytest.approx(ours.sum_us / ours.count / 1000)
        for percent in (50, 90, 99, 99.9):
            # One rounds the rank down, the other up: they may differ by one message.
            rank = int(ours.count * percent / 100)
            low, high = ordered[rank - 1] / 1000, ordered[rank] / 1000
            theirs = entry.get_response_time_percentile(percent / 100)
            mine = ours.percentile(percent) / 1000
            assert bucket_response_time(low) <= theirs <= bucket_response_time(high)
            assert low <= mine <= high * 1.001 + 0.001


def test_losses_are_failures_without_a_response_time(locust: Any) -> None:
    from locust.stats import RequestStats

    stats = RequestStats()
    lost = Counter({"lost: silent": 3, "lost: closed 1013": 1})
    locust.count(stats, "delivery", np.array([1000, 2000, 3000, 4000]), lost)
    entry = stats.get("delivery", "WS")
    assert (entry.num_requests, entry.num_none_requests, entry.num_failures) == (8, 4, 4)
    assert entry.get_response_time_percentile(1.0) == 4
    assert {error.error: error.occurrences for error in stats.errors.values()} == {
        "lost: silent": 3,
        "lost: closed 1013": 1,
    }


def test_a_loss_that_came_late_is_a_failure_no_more(locust: Any) -> None:
    from locust.stats import RequestStats

    stats = RequestStats()
    locust.count(stats, "delivery", np.empty(0, np.int64), Counter({"lost: silent": 3}))
    late = Counter({"lost: silent": -2})
    locust.count(stats, "delivery", np.array([12_000_000] * 2), late)
    entry = stats.get("delivery", "WS")
    assert (entry.num_requests, entry.num_none_requests, entry.num_failures) == (3, 1, 1)
    assert [error.occurrences for error in stats.errors.values()] == [1]
    locust.count(stats, "delivery", np.array([12_000_000]), Counter({"lost: silent": -1}))
    assert (entry.num_requests, entry.num_failures, stats.total.num_failures) == (3, 0, 0)
    assert stats.errors == {}


def test_nothing_new_adds_no_row(locust: Any) -> None:
    from locust.stats import RequestStats

    stats = RequestStats()
    locust.count(stats, "delivery", np.empty(0, np.int64), Counter({"lost: silent": 0}))
    assert stats.entries == {}
