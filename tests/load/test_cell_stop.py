"""When rising steps end early."""

from typing import Any

from bench.load.cell import Stop

STOP = Stop(p99_ms=100, loss=True, in_a_row=2)


def step(p99_ms: float, lost: int = 0) -> dict[str, Any]:
    return {"latency_us": {"p99": p99_ms * 1000}, "ledger": {"lost": lost}}


def test_one_slow_step_does_not_end_the_search_and_two_in_a_row_do() -> None:
    assert not STOP.reached([step(150)])
    assert not STOP.reached([step(150), step(50)])
    assert not STOP.reached([step(150), step(50), step(150)])
    assert STOP.reached([step(50), step(150), step(150)])


def test_one_loss_is_enough() -> None:
    assert STOP.reached([step(50), step(50, lost=1)])


def test_without_limits_nothing_ends_early() -> None:
    assert not Stop().reached([step(150, lost=1), step(150, lost=1)])
