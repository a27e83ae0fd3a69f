"""The experiment `metrics`: a short run of real stacks, and what is found in made-up slots."""

import math
import random
import re
from pathlib import Path

import pytest

from bench.analysis.metrics import metrics_costs
from bench.envelope.metrics import MetricsScrapes, MetricsSlot
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse
from bench.envelope.run import read_run
from bench.experiments import metrics, runner
from bench.experiments.runner import Asked
from bench.report.scaling import render_scaling
from tests.report import synthetic

ARM = "fastapi-uvicorn-memory"
PAGE = Path("docs") / "scaling.md"


def made_up(more: float, spread: float = 0.01) -> list[MetricsSlot | MetricsScrapes]:
    """A delivery costs 20 µs, and `more` times as much with metrics; a scrape costs 3 ms."""
    chance = random.Random(5)
    found: list[MetricsSlot | MetricsScrapes] = []
    for start in (1, 2, 3):
        for number in range(1, 31):
            for room in (100, 1):
                noise = math.exp(chance.gauss(0, 0.01))
                for answers in (False, True):
                    own = math.exp(chance.gauss(0, spread)) * (more if answers else 1.0)
                    found.append(_slot(start, 2 * number + (room == 1), room, answers, noise * own))
        found.append(
            MetricsScrapes(
                experiment="metrics",
                arm=ARM,
                at_s=0.0,
                start=start,
                members=120,
                scrapes=50,
                cpu_s=0.15,
                size=4000,
            )
        )
    return found


def _slot(start: int, number: int, room: int, answers: bool, factor: float) -> MetricsSlot:
    return MetricsSlot(
        experiment="metrics",
        arm=ARM,
        at_s=0.0,
        start=start,
        round=number,
        room=room,
        answers=answers,
        members=room,
        elapsed_s=0.1,
        cpu=Cpu(1e-6 * 20 * 10 * room * factor),
        counts=Counts(sent=10, expected=10 * room, delivered=10 * room),
        generator=GeneratorUse(0.0, 0.0),
        core=Core(0.002),
    )


def test_the_share_of_the_metrics_is_found() -> None:
    (found,) = metrics_costs(made_up(1.3))
    assert found.delivery.contains(1.3)
    assert found.round_trip.contains(1.3)
    assert found.delivery.half_width < 0.05
    assert found.scrape_us == pytest.approx(3000)


@pytest.mark.parametrize(
    ("more", "spread", "words"),
    [
        (1.0, 0.5, "**No difference shown:** in each of the 1 chats"),
        (1.0, 0.01, "**A delivery costs the same within 10 % with `/metrics` and without it**"),
        (1.3, 0.01, f"times as much with `/metrics` in `{ARM}`**"),
    ],
)
def test_the_page_says_what_they_cost(
    more: float, spread: float, words: str, tmp_path: Path
) -> None:
    synthetic.write_run(tmp_path, "metrics", [ARM], made_up(more, spread))
    page = render_scaling(tmp_path)[PAGE]
    assert words in page
    assert re.search(r"one scrape takes 3(\.0+)? ms", page)


def test_a_short_run_of_real_stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "ROUNDS", {100: 2, 1: 2})
    monkeypatch.setattr(metrics, "STARTS", 1)
    monkeypatch.setattr(metrics, "WARM_UP", 1)
    monkeypatch.setattr(metrics, "SCRAPES", 3)
    path = runner.start(
        tmp_path, "metrics", Asked("quick", ("metrics",), (ARM,), None, 7, False), print
    )
    found = read_run(path).observations
    slots = [each for each in found if isinstance(each, MetricsSlot)]
    (scrapes,) = (each for each in found if isinstance(each, MetricsScrapes))
    assert {(each.room, each.answers) for each in slots} == {
        (room, answers) for room in (100, 1) for answers in (True, False)
    }
    assert all(each.counts.delivered == each.counts.expected for each in slots)
    assert scrapes.size > 1000
    assert scrapes.cpu_s > 0
