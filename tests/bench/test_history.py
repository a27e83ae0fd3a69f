"""The experiment `history`: a short run of real stacks, and what is found in made-up slots."""

import math
import random
from collections import Counter
from pathlib import Path

import pytest

from bench.analysis.history import OFF, Histories
from bench.envelope.history import HistoryAcks, HistoryEntry, HistorySlot, HistoryWindow, Way
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse
from bench.envelope.run import read_run
from bench.experiments import runner
from bench.experiments.history import experiment
from bench.experiments.runner import Asked
from bench.report.reliability import render_reliability
from tests.report import synthetic

PAGE = Path("docs") / "reliability.md"
CHANNELS, FASTAPI = "channels-uvicorn-memory", "fastapi-uvicorn-memory"
SQLITE, STOCK = Way("sqlite"), Way("sqlite", "stock")
PLANTED_US = {
    (CHANNELS, OFF): 1000.0,
    (CHANNELS, SQLITE): 1500.0,
    (CHANNELS, STOCK): 3000.0,
    (FASTAPI, OFF): 200.0,
    (FASTAPI, SQLITE): 500.0,
}
"""What a message costs in the made-up slots."""


def made_up() -> list[HistoryEntry]:
    """Slots with a noise of 1 %, and acks of 2 ms, or of 5 ms with stock threads."""
    chance = random.Random(5)
    found: list[HistoryEntry] = [
        HistorySlot(
            experiment="history",
            arm=arm,
            at_s=0.0,
            start=start,
            round=number,
            room=10,
            way=way,
            members=20,
            elapsed_s=0.1,
            cpu=Cpu(1e-6 * 20 * us * math.exp(chance.gauss(0, 0.01))),
            counts=Counts(sent=20, expected=200, delivered=200),
            generator=GeneratorUse(0.0, 0.0),
            core=Core(0.002),
        )
        for start in (1, 2)
        for number in range(1, 9)
        for (arm, way), us in PLANTED_US.items()
    ]
    for arm, way in PLANTED_US:
        acks = [] if way == OFF else [5000 if way == STOCK else 2000] * 100
        found.append(
            HistoryAcks(
                experiment="history",
                arm=arm,
                at_s=0.0,
                start=1,
                way=way,
                ack_us=acks,
                delivery_us=[1000] * 100,
            )
        )
    return found


def test_what_was_planted_is_found() -> None:
    found = Histories(made_up())
    assert found.ways(CHANNELS) == [OFF, SQLITE, STOCK]
    for (arm, way), us in PLANTED_US.items():
        cost = found.cost(arm, way)
        assert cost is not None
        assert cost.value == pytest.approx(us, rel=0.02)
    for arm, planted in ((CHANNELS, 500.0), (FASTAPI, 300.0)):
        added = found.added(arm, SQLITE)
        assert added is not None
        assert added.low < planted < added.high
        assert added.high - added.low < planted / 5
    hop = found.ratio((CHANNELS, STOCK), (CHANNELS, SQLITE))
    assert hop is not None
    assert hop.low < 2.0 < hop.high


def test_one_start_alone_has_no_figures() -> None:
    found = Histories([each for each in made_up() if each.start == 1])
    assert found.ratio((CHANNELS, SQLITE), (CHANNELS, OFF)) is None
    assert found.waits(CHANNELS, SQLITE).ack == 2000


def test_the_page_tells_what_a_history_costs(tmp_path: Path) -> None:
    synthetic.write_run(tmp_path, "history", [CHANNELS, FASTAPI], made_up())
    pages = render_reliability(tmp_path)
    page = pages[PAGE]
    assert "- **Channels:** with SQLite 1.50 times [1." in page
    assert "- **FastAPI:** with SQLite 2." in page
    assert "- **SQLite:** a message costs 2.0" in page
    assert "an ack takes 5.00 instead of 2.00 ms" in page
    assert "| `channels-uvicorn-memory`, SQLite, stock | 5.00 | 5.00 | 1.00 | – | – |" in page
    assert "Channels on uvicorn" in pages[Path("docs") / "charts" / "history-cost-dark.svg"]


def test_a_short_run_observes_every_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "_WAYS", (OFF, SQLITE))
    monkeypatch.setattr(experiment, "_STOCK", (STOCK,))
    for name, value in (("STARTS", 1), ("ROUNDS", 2), ("WARM_UP", 1), ("PROBES", 5)):
        monkeypatch.setattr(experiment, name, value)
    monkeypatch.setattr(experiment, "WINDOW_S", 0.5)
    asked = Asked("quick", ("history",), (CHANNELS, FASTAPI), None, 7, False)
    path = runner.start(tmp_path, "history", asked, print)
    seen = read_run(path).observations
    ways = {(CHANNELS, OFF), (CHANNELS, SQLITE), (CHANNELS, STOCK), (FASTAPI, OFF)}
    ways |= {(FASTAPI, SQLITE)}
    slots = [each for each in seen if isinstance(each, HistorySlot)]
    assert Counter((each.arm, each.way) for each in slots) == dict.fromkeys(ways, 2)
    windows = [each for each in seen if isinstance(each, HistoryWindow)]
    assert {(each.arm, each.way) for each in windows} == ways
    for counts in (*(each.counts for each in slots), *(each.counts for each in windows)):
        assert counts.delivered == counts.expected > 0
    for each in seen:
        if isinstance(each, HistoryAcks):
            assert len(each.delivery_us) == 5
            assert len(each.ack_us) == (0 if each.way == OFF else 5)
