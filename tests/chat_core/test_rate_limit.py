"""The token bucket, at times that the test gives."""

from hypothesis import given
from hypothesis import strategies as st

from chat_core.rate_limit import Rate, TokenBucket

# Times that a float holds exactly, because these tests are not about rounding.
steps = st.lists(st.integers(0, 10 * 1024).map(lambda parts: parts / 1024), max_size=60)


def test_a_burst_is_taken_at_once() -> None:
    bucket = TokenBucket(Rate(per_second=20, burst=40), now=100)
    assert [bucket.take(100) for _ in range(41)] == [True] * 40 + [False]


def test_tokens_come_back() -> None:
    bucket = TokenBucket(Rate(per_second=2, burst=1), now=0)
    assert [bucket.take(at) for at in (0, 0.25, 0.5, 0.75, 1.0)] == [True, False, True, False, True]


def test_no_more_than_the_burst_is_kept() -> None:
    bucket = TokenBucket(Rate(per_second=10, burst=2), now=0)
    assert [bucket.take(1000) for _ in range(3)] == [True, True, False]


def test_a_refusal_costs_nothing() -> None:
    bucket = TokenBucket(Rate(per_second=1, burst=1), now=0)
    assert bucket.take(0)
    assert not any(bucket.take(at / 100) for at in range(99))
    assert bucket.take(1)


def test_without_a_rate_there_is_no_limit() -> None:
    bucket = TokenBucket(None, now=0)
    assert all(bucket.take(0) for _ in range(1000))


@given(steps, st.integers(1, 20), st.integers(1, 20))
def test_never_more_than_burst_and_rate_together(
    waits: list[float], per_second: int, burst: int
) -> None:
    bucket = TokenBucket(Rate(per_second, burst), now=0)
    now, taken = 0.0, 0
    for wait in waits:
        now += wait
        taken += bucket.take(now)
        assert taken <= burst + now * per_second + 1e-6


@given(steps)
def test_a_sender_within_the_rate_is_never_refused(waits: list[float]) -> None:
    bucket = TokenBucket(Rate(per_second=4, burst=1), now=0)
    now = 0.0
    for wait in waits:
        now += 0.25 + wait
        assert bucket.take(now)
