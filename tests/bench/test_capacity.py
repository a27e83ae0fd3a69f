"""The experiment `capacity`: a short run of a real stack, and what is found in made-up windows."""

import math
import random
from pathlib import Path

import msgspec
import pytest

from bench.analysis.capacity import capacities
from bench.analysis.sustained import Sustained
from bench.envelope.capacity import CapacityWindow
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse, Percentiles
from bench.envelope.run import read_run
from bench.experiments import capacity, runner
from bench.experiments.runner import Asked
from bench.report.speed import capacity as capacity_page
from bench.report.speed.capacity import context
from tests.report import synthetic

ARM = "fastapi-uvicorn-memory"
LIMIT = 80.0
"""Messages a second at which 1 of 100 messages is late."""


def made_up(arm: str = ARM, limit: float = LIMIT) -> list[CapacityWindow]:
    """Windows on both sides of the limit, in which lateness grows with the rate."""
    chance = random.Random(f"{arm} {limit}")
    return [
        _window(arm, number, limit * (1.15 if number % 2 else 1 / 1.15), limit, chance)
        for number in range(1, 13)
    ]


def _window(
    arm: str, number: int, rate: float, limit: float, chance: random.Random
) -> CapacityWindow:
    messages = 1000
    share = 1 / (1 + 99 * math.exp(-15 * math.log(rate / limit) + chance.gauss(0, 0.1)))
    sent = 100 * messages
    return CapacityWindow(
        experiment="capacity",
        arm=arm,
        at_s=0.0,
        start=1 + number // 7,
        round=number,
        room=100,
        members=100,
        rate=rate,
        seconds=10.0,
        messages=messages,
        late=round(share * messages),
        latency_us=Percentiles(1, 1, 1, 1, 1, 1, sent, ""),
        cpu=Cpu(8.0),
        counts=Counts(sent=messages, expected=sent, delivered=sent),
        generator=GeneratorUse(0.0, 0.0),
        core=Core(0.002),
    )


def test_the_rate_is_found_with_its_interval() -> None:
    found = capacities(made_up())[ARM]
    assert found.limit == "p99"
    assert found.low < LIMIT < found.high
    assert found.value == pytest.approx(LIMIT, rel=0.05)


def test_a_refused_window_says_nothing() -> None:
    windows = [msgspec.structs.replace(each, refused="too late") for each in made_up()]
    assert capacities(windows) == {}


def test_a_rate_at_which_a_member_is_cut_is_too_large() -> None:
    windows = [
        msgspec.structs.replace(each, late=0, members=100 if each.rate < LIMIT else 99)
        for each in made_up()
    ]
    found = capacities(windows)[ARM]
    assert found.limit == "loss"
    assert found.value < LIMIT < found.high


def test_the_page_shows_what_was_found(tmp_path: Path) -> None:
    other = "channels-uvicorn-memory"
    windows = [*made_up(), *made_up(other, LIMIT / 4)]
    synthetic.write_run(tmp_path, "capacity", [ARM, other], windows)
    shown = context(tmp_path, Path("docs"))
    assert shown is not None
    assert ARM in shown["most"]
    lines = [line for line in shown["table"].splitlines() if "uvicorn" in line]
    assert [other in line for line in lines] == [False, True]
    assert (shown["windows"], shown["refused"], shown["starts"]) == (24, 0, 2)
    assert context(tmp_path / "elsewhere", Path("docs")) is None


def test_a_search_observes_windows_and_a_killed_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "ROUNDS", 2)
    monkeypatch.setattr(capacity, "STARTS", 1)
    monkeypatch.setattr(capacity, "WARM_UP", 1)
    monkeypatch.setattr(capacity, "WINDOW_S", (0.3, 0.3))
    asked = Asked("quick", ("capacity",), (ARM,), None, 7, False)
    path = runner.start(tmp_path, "capacity", asked, print)
    windows = [each for each in read_run(path).observations if isinstance(each, CapacityWindow)]
    assert [(each.arm, each.start, each.round) for each in windows] == [(ARM, 1, 1), (ARM, 1, 2)]
    for each in windows:
        assert each.counts.delivered == each.counts.expected == 100 * each.counts.sent
        assert each.messages > 0
        assert 0 <= each.late <= each.messages
        assert each.members == 100

    run = read_run(path)
    killed = msgspec.structs.replace(run, info=msgspec.structs.replace(run.info, finished_at=""))
    monkeypatch.setattr(capacity, "STARTS", 2)
    runner.resume(killed, print)
    windows = [each for each in read_run(path).observations if isinstance(each, CapacityWindow)]
    assert [each.start for each in windows] == [1, 1, 2, 2]
    assert [each.round for each in windows] == [1, 2, 3, 4]


def test_an_interval_without_ends_is_not_shown_as_one() -> None:
    known = Sustained(8.0, 7.0, 9.0, "p99", 5)
    unknown = Sustained(300.0, 0.0, math.inf, "p99", 10)
    open_above = Sustained(20.0, 15.0, math.inf, "p99", 5)
    arms = {
        "fastapi-uvicorn-memory": unknown,
        "fastapi-uvicorn-redis": open_above,
        "channels-uvicorn-redis": known,
    }
    assert [capacity_page._row(arm, each, 100)[2] for arm, each in arms.items()] == [
        "the windows scatter too much",
        "1\N{NARROW NO-BREAK SPACE}500–no upper end",
        "700–900",
    ]
    assert capacity_page._sentences(list(arms.items()), 100) == (
        "Over Redis on uvicorn, deliveries a second: FastAPI 2\N{NARROW NO-BREAK SPACE}000 "
        "(1\N{NARROW NO-BREAK SPACE}500–no upper end), Channels with its core layer 800 "
        "(700–900). `fastapi-uvicorn-memory` carries most: 30\N{NARROW NO-BREAK SPACE}000."
    )
