"""Two runs of the web UI compared: intervals that cover, and words that follow from them."""

import errno
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bench.envelope.locust import LocustRun, Point
from bench.envelope.run import RESULTS, RunWriter, read_run
from bench.errors import BenchError
from bench.load.live import Report
from bench.load.options import Options
from bench.load.suite.runs import KEPT, Runs, compared, result_of
from bench.load.suite.saving import save
from bench.report.explorer import DATA, render_explorer

POINT = Point(0, 1, 10, 100, 100, 1000, 2000, 3000, 1, 0.1, 0, 0, 0, 0, 0, {"servers": 0.01})
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
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
        runs.keep(BEGAN, result_of(OPTIONS, {"Chatter": 20}, Report(), each, None), OPTIONS.url)
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
    runs.keep(BEGAN, result_of(OPTIONS, {}, Report(), [], None), OPTIONS.url)
    assert len(runs.kept) == KEPT


def in_turns(seconds: int, ratio: float, seed: int) -> tuple[list[Point], list[Point]]:
    """Two chats in the same seconds, of which each is faster or slower than the next for both."""
    chance = random.Random(seed)
    both: tuple[list[Point], list[Point]] = [], []
    for at in range(1, seconds + 1):
        drift = chance.uniform(0.5, 2)
        for points_of, factor in zip(both, (1, ratio), strict=True):
            p50 = int(10_000 * drift * factor * chance.uniform(0.9, 1.1))
            points_of.append(msgspec.structs.replace(POINT, at_s=float(at), p50=p50))
    return both


def test_what_both_chats_share_in_a_second_is_no_part_of_the_interval() -> None:
    hits = 0
    for seed in range(200):
        found = compared(*in_turns(63, 1.2, seed), paired=True)[0]
        assert found.low is not None
        assert found.high is not None
        assert found.words.startswith("the second has 1.")
        hits += found.low <= 1.2 <= found.high
    assert hits >= 182  # see above
    apart = compared(*in_turns(63, 1.2, 1), paired=False)[0]
    assert apart.words.startswith("no difference shown")


PAIR = Options("http://127.0.0.1:1", "channels-uvicorn-memory", "fastapi-uvicorn-memory")


def pair_of(seconds: int) -> Runs:
    runs, users = Runs(), {"Chatter": 20}
    other = replace(PAIR, arm=PAIR.against, against=PAIR.arm)
    both = zip((PAIR, other), in_turns(seconds, 1.2, 1), strict=True)
    results = (result_of(options, users, Report(), each, None) for options, each in both)
    runs.keep_pair(BEGAN, *results)
    return runs


def test_chats_that_took_turns_are_two_runs_and_are_compared_in_pairs() -> None:
    runs = pair_of(60)
    assert [run.name.partition(",")[0] for run in runs.kept] == [
        "1: channels-uvicorn-memory in turns with fastapi-uvicorn-memory",
        "2: fastapi-uvicorn-memory in turns with channels-uvicorn-memory",
    ]
    there, back = runs.compare(1, 2), runs.compare(2, 1)
    assert there is not None
    assert back is not None
    assert there[0].words.startswith("the second has 1.")
    assert (there[0].ratio or 0) * (back[0].ratio or 0) == pytest.approx(1)


@pytest.mark.parametrize("number", [1, 2])
def test_chats_that_took_turns_are_saved_together(number: int, tmp_path: Path) -> None:
    runs = pair_of(60)
    run = runs.find(number)
    assert run is not None
    path = save(runs.results(run), BEGAN, tmp_path / RESULTS)
    kept = read_run(path)
    assert [each.arm for each in kept.observations] == [PAIR.arm, PAIR.against]
    assert [arm.id for arm in kept.info.arms] == [PAIR.arm, PAIR.against]
    assert kept.info.command.startswith(
        "chatbench locust channels-uvicorn-memory fastapi-uvicorn-memory --headless -u 20 "
    )
    assert "--against fastapi-uvicorn-memory Chatter" in kept.info.command
    (shown,) = json.loads(render_explorer(tmp_path)[DATA])["runs"]
    rows = {table["metric"]: [row[0] for row in table["rows"]] for table in shown["tables"]}
    assert len(rows) == len(shown["tables"])
    assert rows["locust-p50"] == [PAIR.arm, PAIR.against]
    pairs = {table["metric"]: table.get("pairs") for table in shown["tables"]}
    ((value, reach),) = pairs["locust-p50"]
    assert value == pytest.approx(1 / 1.2, rel=0.05)
    assert 1 < reach < 1.1
    assert pairs["locust-lost"] is None
    assert "locust-rate" not in rows


def saved(arm: str = "fastapi-uvicorn-memory") -> LocustRun:
    options = Options("http://127.0.0.1:1", arm, room_size=10, rate=2.0)
    return result_of(options, {"Chatter": 20, "Idle": 1}, Report(), points(60, 10, 0.1, 1), None)


def test_a_saved_run_is_a_run_of_the_bench(tmp_path: Path) -> None:
    path = save([saved()], BEGAN, tmp_path)
    assert path.name == "2026-01-02T030405Z-locust"
    run = read_run(path)
    assert run.observations == [saved()]
    assert run.info.finished_at
    assert run.info.command == (
        "chatbench locust fastapi-uvicorn-memory --headless -u 21 -r 21 -t 60s --room-size 10 "
        "--rooms 0 --rate 2 --payload 120 Chatter Idle"
    )
    assert save([saved()], BEGAN, tmp_path) == path, "it is there already"


def test_a_run_of_another_server_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="Only a run of an arm is saved"):
        save([saved("")], BEGAN, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RunWriter, "append", full)
    with pytest.raises(BenchError, match=r"cannot be saved in .*: No space left on device"):
        save([saved()], BEGAN, tmp_path)
    assert not list(tmp_path.glob("*/*"))


def test_the_explorer_shows_a_saved_run(tmp_path: Path) -> None:
    save([saved()], BEGAN, tmp_path / RESULTS)
    (run,) = json.loads(render_explorer(tmp_path)[DATA])["runs"]
    rows = {table["metric"]: table["rows"][0] for table in run["tables"]}
    assert rows["locust-p50"][1] == pytest.approx(10, rel=0.05)
    assert rows["locust-p50"][2] < rows["locust-p50"][1] < rows["locust-p50"][3]
    assert rows["locust-rate"][1] == pytest.approx(100)
    assert rows["locust-cpu"][1] == pytest.approx(100)
    assert rows["locust-lost"][1] == 0


def test_a_refused_run_has_its_reason_and_no_figures(tmp_path: Path) -> None:
    refused = msgspec.structs.replace(saved(), refused="the generator was the limit")
    save([refused], BEGAN, tmp_path / RESULTS)
    (run,) = json.loads(render_explorer(tmp_path)[DATA])["runs"]
    rows = [row for table in run["tables"] for row in table["rows"]]
    assert len(rows) == 5
    assert {(row[1], row[5]) for row in rows} == {(None, "the generator was the limit")}
