"""Two runs of the web UI compared: intervals that cover, and words that follow from them."""

import random

import msgspec
import pytest

from bench.load.options import Options
from bench.load.suite.runs import KEPT, Runs
from bench.load.suite.timeline import Point

POINT = Point(0, 1, 10, 100, 100, 1000, 2000, 3000, 1, 0.1, 0, 0, 0, 0, 0, {"servers": 0.01})
OPTIONS = Options("http://127.0.0.1:1", "arm", room_size=10, rate=2.0)


def points(seconds: int, p50_ms: float, spread: float, seed: int) -> list[Point]:
    """A run whose p50 varies by this share from second to second."""
    chance = random.Random(seed)
    return [
        msgspec.structs.replace(
            POINT, at_s=float(at), p50=int(1000 * p50_ms * chance.uniform(1 - spread, 1 + spread))
        )
        for at in range(1, seconds + 1)
    ]


def of(*parts: list[Point]) -> Runs:
    runs = Runs()
    for each in parts:
        runs.keep(OPTIONS, 20, each)
    return runs


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (points(60, 10, 0.1, 1), points(60, 20, 0.1, 2), "the second has "),
        (points(60, 10, 0.05, 1), points(60, 10, 0.05, 2), "the same within 10 % ("),
        (points(60, 10, 0.9, 1), points(60, 10, 0.9, 2), "no difference shown ("),
        (points(6, 10, 0.1, 1), points(60, 10, 0.1, 2), "too short to tell"),
        (points(2, 10, 0.1, 1), points(60, 10, 0.1, 2), "not measured in both"),
    ],
)
def test_words_follow_from_the_interval(
    first: list[Point], second: list[Point], words: str
) -> None:
    found = of(first, second).compare(1, 2)
    assert found is not None
    assert found[0].words.startswith(words)


def test_a_true_ratio_is_in_nearly_all_intervals() -> None:
    hits = 0
    for seed in range(200):
        runs = of(points(63, 10, 0.3, 2 * seed), points(63, 15, 0.3, 2 * seed + 1))
        found = runs.compare(1, 2)
        assert found is not None
        assert found[0].low is not None
        assert found[0].high is not None
        hits += found[0].low <= 1.5 <= found[0].high
    assert hits >= 182  # of 95 %, 190 are expected; fewer than 182 come once in 200 times


def test_runs_have_names_and_the_oldest_are_forgotten() -> None:
    runs = of(*(points(5, 10, 0.1, seed) for seed in range(KEPT + 2)))
    assert [run.number for run in runs.kept] == list(range(3, KEPT + 3))
    assert runs.kept[0].name == "3: arm, 20 users, rooms of 10, 2 messages/s each, 5 s"
    assert runs.compare(1, 5) is None
    runs.keep(OPTIONS, 20, [])
    assert len(runs.kept) == KEPT
