"""Recording in bulk, one by one, and by the library are the same histogram."""

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.histogram import (
    HIGHEST_US,
    LOWEST_US,
    SIGNIFICANT_FIGURES,
    Histogram,
    bucket_indexes,
    highest_in_bucket,
)

values = st.lists(st.integers(0, HIGHEST_US), min_size=1, max_size=200)


def library(recorded: list[int]) -> HdrHistogram:
    histogram = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
    for value in recorded:
        histogram.record_value(value)
    return histogram


def bulk(recorded: list[int]) -> Histogram:
    histogram = Histogram()
    histogram.record(np.array(recorded, dtype=np.int64))
    return histogram


@settings(deadline=None)
@given(st.integers(0, HIGHEST_US))
def test_a_value_has_the_librarys_bucket(value: int) -> None:
    theirs = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
    index = int(bucket_indexes(np.array([value]))[0])
    assert theirs._counts_index_for(value) == index
    assert theirs.get_highest_equivalent_value(value) == highest_in_bucket(index)


@settings(deadline=None)
@given(values)
def test_bulk_recording_equals_the_librarys_single_recording(recorded: list[int]) -> None:
    assert library(recorded).encode().decode() == bulk(recorded).encode()


@settings(deadline=None)
@given(values, st.sampled_from([50, 90, 99, 99.9, 100]))
def test_percentiles_are_the_librarys_but_never_above_the_largest_value(
    recorded: list[int], percent: float
) -> None:
    theirs = library(recorded).get_value_at_percentile(percent)
    assert min(theirs, max(recorded)) == bulk(recorded).percentile(percent)


@settings(deadline=None)
@given(values, values)
def test_merging_is_recording_both(first: list[int], second: list[int]) -> None:
    merged = bulk(first)
    merged.merge(Histogram.from_portable(bulk(second).portable()))
    assert bulk(first + second).summary() == merged.summary()


def test_a_summary_decodes_with_the_library() -> None:
    summary = bulk([100, 200, 300, 400_000]).summary()
    decoded = HdrHistogram.decode(summary["hdr"])
    assert 4 == decoded.get_total_count() == summary["count"]
    assert (summary["p50"], summary["max"], summary["mean"]) == (200, 400_000, 100_150.0)


def test_an_empty_histogram_has_zeroes() -> None:
    summary = Histogram().summary()
    assert {0} == {summary[name] for name in ("p50", "p99", "max", "mean", "count")}


@pytest.mark.parametrize(("value", "counted"), [(-5, 0), (HIGHEST_US * 2, HIGHEST_US)])
def test_a_value_out_of_range_counts_at_the_end_of_the_range(value: int, counted: int) -> None:
    assert counted == bulk([value]).max_us
