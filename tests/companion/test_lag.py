"""The lag that a companion reports of itself, on a loop whose clock is the test's."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from bench.companion.lag import MEASURED, Lag


class SlowLoop:
    """Runs each timer late by what the test says."""

    def __init__(self) -> None:
        self.now = 100.0
        self._due: tuple[float, Callable[..., None], tuple[Any, ...]] | None = None

    def time(self) -> float:
        """The loop's clock."""
        return self.now

    def call_at(self, due: float, call: Callable[..., None], *arguments: Any) -> "SlowLoop":
        """The loop is the handle of its only timer."""
        self._due = due, call, arguments
        return self

    def cancel(self) -> None:
        """Of the handle."""
        self._due = None

    def run(self, late_s: float) -> None:
        """Run the timer, so much late."""
        assert self._due is not None
        due, call, arguments = self._due
        self.now = due + late_s
        call(*arguments)

    @property
    def waits(self) -> bool:
        """Whether a timer is set."""
        return self._due is not None


def test_the_lag_is_the_median_of_the_last_second() -> None:
    loop = SlowLoop()
    lag = Lag(cast("asyncio.AbstractEventLoop", loop))
    lag.start()
    assert lag.ms == 0
    for _ in range(MEASURED):
        loop.run(0.05)
    assert lag.ms == pytest.approx(50)
    for _ in range(MEASURED // 2 - 1):
        loop.run(0)
    assert lag.ms == pytest.approx(50)
    for _ in range(MEASURED):
        loop.run(0)
    loop.run(5)
    assert lag.ms == pytest.approx(0)


def test_it_ends_with_its_page() -> None:
    loop = SlowLoop()
    lag = Lag(cast("asyncio.AbstractEventLoop", loop))
    lag.start()
    assert loop.waits
    lag.stop()
    lag.stop()
    assert not loop.waits
