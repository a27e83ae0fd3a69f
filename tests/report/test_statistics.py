"""Estimates from few repeats: known answers, and the coverage of the intervals."""

import math
import random

import pytest

from bench.analysis.statistics import estimate_median, estimate_ratio, student


def test_the_median_of_three_repeats() -> None:
    assert estimate_median([4.0, 1.0, 2.0]).value == pytest.approx(2.0)


def test_one_repeat_has_no_interval() -> None:
    found = estimate_median([3.0])
    assert found.value == pytest.approx(3.0)
    assert (found.low, found.high, found.n) == (None, None, 1)


def test_no_repeat_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        estimate_median([])


def test_a_slowdown_of_both_arms_cancels_in_the_ratio() -> None:
    found = estimate_ratio({0: 20.0, 1: 40.0, 2: 90.0}, {0: 2.0, 1: 4.0, 2: 9.0})
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((10, 10, 10))


def test_only_repeats_that_both_have_are_compared() -> None:
    found = estimate_ratio({0: 2.0, 1: 3.0, 5: 99.0}, {0: 1.0, 1: 1.5, 7: 1.0})
    assert found is not None
    assert found.value == pytest.approx(2.0)
    assert found.n == 2


@pytest.mark.parametrize(
    ("above", "below"), [({0: 1.0}, {1: 1.0}), ({}, {}), ({0: 0.0}, {0: 1.0}), ({0: 1.0}, {0: 0.0})]
)
def test_there_is_no_ratio_without_a_common_positive_repeat(
    above: dict[int, float], below: dict[int, float]
) -> None:
    assert estimate_ratio(above, below) is None


def test_a_ratio_and_its_inverse_have_inverse_intervals() -> None:
    above, below = {0: 2.0, 1: 2.6, 2: 2.2}, {0: 1.0, 1: 1.1, 2: 1.2}
    there, back = estimate_ratio(above, below), estimate_ratio(below, above)
    assert there is not None
    assert back is not None
    inverse = back.inverse
    assert (there.low, there.value, there.high) == pytest.approx(
        (inverse.low, inverse.value, inverse.high)
    )


def test_the_interval_of_three_repeats_is_wider_than_the_repeats() -> None:
    """All 27 resamples; the outermost deviations, widened."""
    found = estimate_ratio({0: math.e, 1: 1.0, 2: 1 / math.e}, {0: 1.0, 1: 1.0, 2: 1.0})
    assert found is not None
    assert found.value == pytest.approx(1.0)
    # The 2.5 % quantile of the 27 means lies between the lowest (-1) and the next (-2/3).
    quantile = -1 + (0.025 * 26) * (1 / 3)
    assert found.low == pytest.approx(math.exp(quantile * 4.3027 / 1.959964 * math.sqrt(1.5)))
    assert found.low == pytest.approx(1 / (found.high or 0))


def test_many_repeats_give_the_same_interval_every_time() -> None:
    source = random.Random(1)
    values = [source.uniform(1, 2) for _ in range(9)]
    assert estimate_median(values) == estimate_median(reversed(values))


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize("heavy_tails", [False, True])
def test_intervals_cover_the_truth_about_as_often_as_they_promise(
    n: int, heavy_tails: bool
) -> None:
    source = random.Random(n)

    def noise() -> float:
        wide = heavy_tails and source.random() < 0.1
        return math.exp(source.gauss(0, 0.25 if wide else 0.05))

    covered = 0
    for _ in range(1000):
        found = estimate_ratio({i: noise() for i in range(n)}, dict.fromkeys(range(n), 1.0))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1 <= found.high
    assert 910 <= covered <= 980


@pytest.mark.parametrize(("freedom", "expected"), [(1, 12.706), (10, 2.228), (30, 2.042)])
def test_student(freedom: int, expected: float) -> None:
    assert student(freedom) == pytest.approx(expected, abs=0.002)
