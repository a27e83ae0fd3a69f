"""The experiment `planted`: a short run of real stacks, and what is found in made-up slots."""

import math
import random
from collections import Counter
from pathlib import Path

import pytest

from bench.analysis.planted import find_planted
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse
from bench.envelope.planted import PlantedSlot
from bench.envelope.run import read_run
from bench.errors import BenchError
from bench.experiments import planted, runner
from bench.experiments.planted import MORE, STACKS
from bench.experiments.runner import Asked
from bench.report.speed.planted import context
from tests.report import synthetic

ARM = "fastapi-uvicorn-memory"
DELIVERY_US, MESSAGE_US = 12.0, 120.0


def made_up(more: float, noise: float = 0.01, seed: int = 3) -> list[PlantedSlot]:
    """Slots in which the first stack has so many times the members that the analysis knows of."""
    chance = random.Random(seed)
    return [
        _slot(f"{ARM}#{number}", start, turn, room, more if number == 1 else 1.0, chance, noise)
        for start in range(1, 6)
        for room, turns in ((100, 60), (1, 10))
        for turn in range(turns)
        for number in range(1, STACKS + 1)
    ]


def _slot(
    arm: str, start: int, turn: int, room: int, more: float, chance: random.Random, noise: float
) -> PlantedSlot:
    members = round(room * more) if room > 1 else 1
    messages = 20
    cost_us = messages * (MESSAGE_US + DELIVERY_US * members)
    sent = messages * members
    return PlantedSlot(
        experiment="planted",
        arm=arm,
        at_s=0.0,
        start=start,
        round=turn + (room == 1) * 1000,
        room=room,
        members=members,
        told=messages * room,
        elapsed_s=0.1,
        cpu=Cpu(1e-6 * cost_us * math.exp(chance.gauss(0, noise))),
        counts=Counts(sent=messages, expected=sent, delivered=sent),
        generator=GeneratorUse(0.0, 0.0),
        core=Core(0.002),
    )


def test_what_is_planted_is_found_with_its_size() -> None:
    found = find_planted(made_up(MORE), MORE, 1)
    share = 100 * DELIVERY_US / (MESSAGE_US + 100 * DELIVERY_US)
    assert found.planted == pytest.approx(1 + 0.05 * share, abs=0.001)
    assert found.passed
    assert (len(found.size), len(found.plain)) == (3, 3)


def test_where_nothing_is_planted_the_test_fails() -> None:
    assert not find_planted(made_up(1.0), MORE, 1).sign_found


def test_the_page_shows_what_was_found(tmp_path: Path) -> None:
    synthetic.write_run(tmp_path, "planted", [ARM], made_up(MORE))
    shown = context(tmp_path, Path("docs"))
    assert shown is not None
    assert shown["result"].passed
    assert shown["more"] == "4.5"
    assert shown["table"].count("planted ÷ plain") == 3
    assert context(tmp_path / "elsewhere", Path("docs")) is None


def test_one_arm_is_enough(tmp_path: Path) -> None:
    arms = (ARM, "channels-uvicorn-memory")
    with pytest.raises(BenchError, match="takes one --arm"):
        runner.start(tmp_path, "planted", Asked("quick", ("planted",), arms, None, 7, True), print)


def test_a_short_run_observes_every_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planted, "ROUNDS", {100: 2, 1: 1})
    monkeypatch.setattr(planted, "STARTS", 1)
    monkeypatch.setattr(planted, "WARM_UP", 1)
    path = runner.start(
        tmp_path, "planted", Asked("quick", ("planted",), (), None, 7, False), print
    )
    run = read_run(path)
    slots = [each for each in run.observations if isinstance(each, PlantedSlot)]
    assert Counter((each.arm, each.room) for each in slots) == {
        (f"{ARM}#{number}", room): rounds
        for number in range(1, STACKS + 1)
        for room, rounds in ((100, 2), (1, 1))
    }
    for each in slots:
        wanted = {1: 20, 100: 105 if each.arm.endswith("#1") else 100}[each.room]
        assert each.members == wanted
        assert (
            each.counts.delivered
            == each.counts.expected
            == each.counts.sent * (wanted if each.room > 1 else 1)
        )
        assert each.told == pytest.approx(each.counts.sent * each.room)
        assert each.cpu.total_s > 0
