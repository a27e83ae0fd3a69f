"""The experiment `growth`: a short run of a real stack, and what is found in made-up slots."""

import math
import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from bench.analysis.growth import ArmGrowth, growths, same
from bench.envelope.growth import GrowthSlot
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse
from bench.envelope.run import read_run
from bench.experiments import runner
from bench.experiments.growth import experiment
from bench.experiments.growth.plan import KIB, POINTS, Point, slot_of
from bench.experiments.runner import Asked
from bench.load.messages import Content
from bench.report.scaling import render_scaling
from tests.report import synthetic

ARM = "fastapi-uvicorn-memory"
PAGE = Path("docs") / "scaling.md"


def made_up(exponent: float, arm: str = ARM, noise: float = 0.01) -> list[GrowthSlot]:
    """Slots in which a delivery costs 10 µs times the members, rooms and bytes to this power."""
    chance = random.Random(f"{arm} {exponent}")
    return [
        _slot(arm, start, number, point, exponent, math.exp(chance.gauss(0, noise)))
        for start in (1, 2)
        for number in range(1, 9)
        for point in POINTS
    ]


def _slot(
    arm: str, start: int, number: int, point: Point, exponent: float, factor: float
) -> GrowthSlot:
    varied = {"rooms": point.rooms, "size": point.content.size}.get(point.axis, point.room)
    messages = 10
    sent = messages * point.room
    return GrowthSlot(
        experiment="growth",
        arm=arm,
        at_s=0.0,
        start=start,
        round=number,
        room=point.room,
        rooms=point.rooms,
        axis=point.axis,
        content=point.content.kind,
        size=point.content.size,
        members=point.users,
        elapsed_s=0.1,
        cpu=Cpu(1e-5 * sent * varied**exponent * factor),
        counts=Counts(sent=messages, expected=sent, delivered=sent),
        generator=GeneratorUse(0.0, 0.0),
        core=Core(0.002),
    )


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_an_exponent_is_found(exponent: float) -> None:
    found = growths(made_up(exponent))[ARM]
    for axis, content in (("members", "text"), ("rooms", "text"), ("size", "image")):
        fitted = found.exponent(axis, content)  # type: ignore[arg-type]
        assert fitted is not None
        assert fitted.low <= exponent <= fitted.high
        assert fitted.high - fitted.low < 0.05


def test_costs_that_do_not_grow_are_the_same() -> None:
    ratio = growths(made_up(0.0))[ARM].ratio("equal", 1000, 10)
    assert ratio is not None
    assert same(ratio)
    grown = growths(made_up(0.2))[ARM].ratio("equal", 1000, 10)
    assert grown is not None
    assert not same(grown)
    assert grown.contains(100**0.2)


def test_costs_are_told_in_us() -> None:
    costs = growths(made_up(0.0))[ARM].along("members")
    assert list(costs) == [1, 10, 100, 1000]
    assert [each.value for each in costs.values()] == pytest.approx([10.0] * 4, rel=0.02)


def test_a_refused_slot_does_not_count() -> None:
    slots = made_up(0.0)
    wrong = [
        _slot(ARM, each.start, each.round, point, 0.0, 50.0)
        for each, point in zip(slots, [*POINTS] * 16, strict=True)
    ]
    mixed = [
        msgspec.structs.replace(bad, refused="late") if good.round == 1 else good
        for good, bad in zip(slots, wrong, strict=True)
    ]
    found = ArmGrowth(ARM, mixed)
    assert found.refused == 2 * len(POINTS)
    assert found.along("members")[10].value == pytest.approx(10.0, rel=0.02)


def test_one_start_alone_has_no_interval() -> None:
    assert growths([slot for slot in made_up(0.0) if slot.start == 1]) == {}


def test_a_slot_has_the_share_of_the_core_or_the_rate_that_is_meant() -> None:
    large = Point("members", 100, 1)
    assert slot_of(large, 0.01, 1e9) == (5, 0.15)
    messages, seconds = slot_of(large, 0.1, 1e9)
    assert messages == 3
    assert seconds == pytest.approx(3 * 0.1 / 0.35)
    assert slot_of(large, 0.0001, 100.0) == (15, 0.15)
    assert slot_of(Point("equal", 1000, 1), 0.01, 1e9) == (3, 1.0)


def test_the_page_tells_what_grows(tmp_path: Path) -> None:
    other = "channels-uvicorn-redis"
    synthetic.write_run(tmp_path, "growth", [ARM, other], [*made_up(0.0), *made_up(0.3, other)])
    page = render_scaling(tmp_path)
    assert f"costs within 10 % of one in a room of 10:** `{ARM}` 1.0" in page[PAGE]
    assert f"costs more than one in a room of 10:** `{other}` 3.9" in page[PAGE]
    assert page[PAGE].count("charts/growth-") == 6
    for name in ("growth-memory", "growth-redis"):
        for theme in ("light", "dark"):
            assert page[Path("docs") / "charts" / f"{name}-{theme}.svg"].startswith("<?xml")


def test_without_a_run_the_page_names_the_command(tmp_path: Path) -> None:
    page = render_scaling(tmp_path)
    assert list(page) == [PAGE]
    for name in ("growth", "scale", "connections"):
        assert f"Not measured yet: `chatbench run --experiment {name}`." in page[PAGE]


def test_a_short_run_observes_every_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = (
        Point("members", 1, 3),
        Point("members", 10, 1),
        Point("rooms", 10, 2),
        Point("size", 10, 1, Content("text", 1000)),
        Point("size", 10, 1, Content("image", 16 * KIB)),
    )
    monkeypatch.setattr(experiment, "POINTS", points)
    monkeypatch.setattr(experiment, "STARTS", 1)
    monkeypatch.setattr(experiment, "ROUNDS", 2)
    monkeypatch.setattr(experiment, "WARM_UP", 1)
    path = runner.start(
        tmp_path, "growth", Asked("quick", ("growth",), (ARM,), None, 7, False), print
    )
    slots = [each for each in read_run(path).observations if isinstance(each, GrowthSlot)]
    assert Counter((e.axis, e.room, e.rooms, e.content, e.size) for e in slots) == {
        (p.axis, p.room, p.rooms, p.content.kind, p.content.size): 2 for p in points
    }
    for each in slots:
        assert each.members == each.room * each.rooms
        # In one room of its group, each message comes to its members alone.
        assert each.counts.delivered == each.counts.expected == each.counts.sent * each.room
        assert each.counts.unexpected == 0
        assert each.cpu.total_s > 0
