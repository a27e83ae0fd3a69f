"""How `bench.writes` compares what it measured; what it measures needs no test's patience."""

import pytest

from bench.writes import Case, Writes, compare


def test_groups_are_compared_with_single_commits_in_pairs() -> None:
    case = Case("fastapi", "sqlite", 10)
    windows = [
        Writes(case, group, repeat, messages_per_second=100.0 * factor, cpu_us=1000.0 / factor)
        for repeat, speed in enumerate((1, 2, 3))
        for group, factor in ((1, speed), (100, speed * 8))
    ]

    rate, cost = compare(windows)

    assert (rate.case, rate.measured) == (case, "messages_per_second")
    assert rate.ratio is not None
    assert rate.ratio.value == pytest.approx(8)
    assert rate.alone.value == pytest.approx(200)
    assert cost.measured == "cpu_us"
    assert cost.ratio is not None
    assert cost.ratio.value == pytest.approx(1 / 8)
