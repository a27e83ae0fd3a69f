"""The experiment `scale`: a short run of real stacks, and what is found in made-up slots."""

import math
import random
from pathlib import Path

import pytest
from msgspec import structs

from bench.analysis.scale import scales
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse
from bench.envelope.run import read_run
from bench.envelope.scale import ScaleSlot
from bench.experiments import runner, scale
from bench.experiments.runner import Asked
from bench.report.scaling import render_scaling
from tests.report import synthetic

ARM = "fastapi-uvicorn-redis"
ALONE = "fastapi-uvicorn-memory"
SERVER_US, BROKER_US = 10.0, 40.0
PAGE = Path("docs") / "scaling.md"


def made_up(arm: str = ARM, *, alone: bool = False) -> list[ScaleSlot]:
    """A delivery costs 10 µs and a tenth more a process, a message 40 µs for each process."""
    chance = random.Random(arm)
    return [
        _slot(arm, start, number, workers, math.exp(chance.gauss(0, 0.01)), alone=alone)
        for start in (1, 2)
        for number in range(1, 9)
        for workers in (1, 2, 4, 8)
    ]


def _slot(
    arm: str, start: int, number: int, workers: int, factor: float, *, alone: bool
) -> ScaleSlot:
    messages, room = 10, 100
    came = messages * room // (workers if alone else 1)
    servers_s = 1e-6 * came * SERVER_US * (1 + 0.1 * workers) * factor
    return ScaleSlot(
        experiment="scale",
        arm=arm,
        at_s=0.0,
        start=start,
        round=number,
        room=room,
        workers=workers,
        by_worker=[room // workers] * workers,
        members=room,
        elapsed_s=0.1,
        cpu=Cpu(servers_s, redis_s=0.0 if alone else 1e-6 * messages * BROKER_US * workers),
        counts=Counts(sent=messages, expected=messages * room, delivered=came),
        generator=GeneratorUse(0.0, 0.0),
        core=Core(0.002),
    )


def test_costs_of_servers_and_broker_are_told_apart() -> None:
    found = scales(made_up())[ARM]
    assert found.server_us(1) == pytest.approx(11, rel=0.02)
    assert found.server_us(8) == pytest.approx(18, rel=0.02)
    assert [found.broker_us(workers) for workers in (1, 8)] == pytest.approx([40, 320])
    assert found.ratio(8).value == pytest.approx((18 + 3.2) / (11 + 0.4), rel=0.02)


def test_the_prediction_ends_at_the_servers_or_at_the_broker() -> None:
    found = scales(made_up())[ARM]
    assert found.predicted(1).deliveries.value == pytest.approx(1e6 / 11, rel=0.02)
    assert found.predicted(1).end == "servers"
    assert found.predicted(64).deliveries.value == pytest.approx(100 * 1e6 / (40 * 64), rel=0.02)
    assert found.predicted(64).end == "broker"


def test_the_interval_of_a_prediction_contains_the_truth_and_widens_with_the_distance() -> None:
    held, widths = 0, []
    for number in range(40):
        found = scales(made_up(str(number)))[str(number)]
        near, far = (found.predicted(cores).servers for cores in (8, 32))
        held += far.contains(32 * 1e6 / (SERVER_US * (1 + 0.1 * 32)))
        widths.append(far.half_width / near.half_width)
    assert held >= 34, "95 % of 40 are 38"
    assert min(widths) > 1


def test_a_line_is_checked_at_the_most_processes() -> None:
    for check in scales(made_up())[ARM].checks():
        assert check.processes == 8
        assert check.ratio.value == pytest.approx(1, abs=0.05)
    bent = [
        structs.replace(
            each, cpu=Cpu(each.cpu.servers_s * (1.5 if each.workers == 8 else 1), each.cpu.redis_s)
        )
        for each in made_up()
    ]
    servers, broker = scales(bent)[ARM].checks()
    assert servers.ratio.value == pytest.approx(1 / 1.5, rel=0.05)
    assert not servers.ratio.contains(1.0)
    assert broker.ratio.value == pytest.approx(1, abs=0.05)


def test_without_a_broker_a_part_is_reached() -> None:
    found = scales(made_up(ALONE, alone=True))[ALONE]
    assert [found.reached(workers).share for workers in (1, 2, 4, 8)] == [1.0, 0.5, 0.25, 0.125]
    assert found.predicted(64).broker is None


def test_the_page_tells_who_is_reached(tmp_path: Path) -> None:
    slots = [*made_up(), *made_up(ALONE, alone=True)]
    synthetic.write_run(tmp_path, "scale", [ARM, ALONE], slots)
    page = render_scaling(tmp_path)[PAGE]
    assert "**With a broker, all of them:** with 8 processes every delivery came." in page
    assert f"**Without a broker, no:** with 8 processes 12 % (`{ALONE}`)" in page
    assert "**Modelled, not measured:**" in page


@pytest.mark.parametrize(
    ("arm", "share"),
    [
        pytest.param("channels-uvicorn-redis", 1.0, marks=pytest.mark.redis),
        pytest.param("fastapi-uvicorn-redis", 1.0, marks=pytest.mark.redis),
        ("fastapi-uvicorn-memory", None),
    ],
)
def test_a_short_run_reaches_all_members_with_a_broker(
    arm: str, share: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted effect is a worker without Redis: the arm in memory."""
    monkeypatch.setattr(scale, "WORKERS", (1, 2))
    monkeypatch.setattr(scale, "ROOMS", {10: 10})
    monkeypatch.setattr(scale, "STARTS", 1)
    monkeypatch.setattr(scale, "ROUNDS", 2)
    monkeypatch.setattr(scale, "ROUNDS_ALONE", 1)
    monkeypatch.setattr(scale, "WARM_UP", 0)
    path = runner.start(
        tmp_path, "scale", Asked("quick", ("scale",), (arm,), None, 7, False), print
    )
    slots = [each for each in read_run(path).observations if isinstance(each, ScaleSlot)]
    assert {each.workers for each in slots} == {1, 2}
    for each in slots:
        assert (len(each.by_worker), sum(each.by_worker)) == (each.workers, 10)
        came = each.counts.delivered / each.counts.expected
        if each.workers == 1 or share is not None:
            assert came == 1.0
        else:
            # The operating system may give all members to one process.
            assert (came < 1.0) == (max(each.by_worker) < 10)
