"""The parts of a ceiling, and one short real measurement."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bench.experiments import ceiling
from bench.experiments.ceiling import (
    generator_is_limit,
    highest_sustained,
    measure_ceiling,
    print_ceiling,
)


def step(
    deliveries: int, *, p99_us: int = 1000, lost: int = 0, **generator: float
) -> dict[str, Any]:
    return {
        "delivered_in_window": deliveries,
        "seconds": 1.0,
        "latency_us": {"p99": p99_us},
        "lateness_us": {"p99": generator.pop("late_us", 100)},
        "ledger": {"lost": lost},
        "generator": {"cpu_s": 0.5, "busy": 0.5, **generator},
    }


def test_the_highest_sustained_rate_is_within_the_limits() -> None:
    steps = [step(100), step(200), step(300, p99_us=100_001), step(400, lost=1)]
    assert highest_sustained(steps) == steps[1]
    assert highest_sustained(steps[2:]) is None


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (step(1, busy=0.91), "the generator was the limit: it used 91% of one core"),
        (step(1, late_us=50_001), "1 in 100 messages went out 50 ms late"),
    ],
)
def test_a_step_in_which_the_generator_was_the_limit_is_refused(
    measured: dict[str, Any], words: str
) -> None:
    refused = generator_is_limit(measured)
    assert refused is not None
    assert words in refused


def test_a_step_within_the_limits_is_not_refused() -> None:
    assert generator_is_limit(step(1, busy=0.9, late_us=50_000)) is None


def test_both_generators_are_measured_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {
        name: (command, one_by_one, (1.0,))
        for name, (command, one_by_one, _) in ceiling._SUBJECTS.items()
    }
    monkeypatch.setattr(ceiling, "_SUBJECTS", slow)
    lines: list[str] = []
    result = measure_ceiling(seconds=0.3, repeats=1, progress=lines.append)
    assert len(lines) == 3
    assert result["ratio"] > 1
    for name in slow:
        (repeat,) = result[name]["repeats"]
        assert result[name]["deliveries_per_core_s"] == repeat["deliveries_per_core_s"] > 0
        assert result[name]["deliveries_s"] > 0
    print_ceiling(result, Console(file=(shown := StringIO()), width=100))
    assert "usual recipe" in shown.getvalue()
