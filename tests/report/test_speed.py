"""The page on speed, from a run with known costs, made up."""

import random
from pathlib import Path

import pytest

from bench.analysis.speed import SpeedFigures
from bench.declared.claims import load_claims
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse, Load, Percentiles
from bench.envelope.run import ArmInfo, Run, RunWriter, read_run
from bench.envelope.speed import Slot, Window
from bench.report.speed import render_speed
from tests.envelope.test_run import INFO, directory
from tests.report import synthetic

PAGE = Path("docs") / "speed.md"
COSTS = {
    "channels-uvicorn-redis": 90.0,
    "channels-uvicorn-pubsub": 60.0,
    "fastapi-uvicorn-redis": 15.0,
    "channels-uvicorn-memory": 80.0,
    "fastapi-uvicorn-memory": 12.0,
    "fastapi-uvicorn-memory#2": 12.0,
    "asgi-uvicorn": 9.0,
}
"""µs of CPU a delivery in a room of 100; a message costs ten times as much once more."""
NOISE = 0.02
STARTS, ROUNDS = 2, 12
REFUSED = "the generator was the limit"


def cost_of(arm: str, room: int) -> float:
    """µs a delivery: the message's ten deliveries' worth, shared by the room."""
    delivery = COSTS[arm] / (1 + 10 / 100)
    return delivery + 10 * delivery / room


def slot(arm: str, start: int, number: int, load: Load, room: int, cpu_us: float) -> Slot:
    messages = 5
    return Slot(
        experiment="speed",
        arm=arm,
        at_s=0.0,
        start=start,
        round=number,
        load=load,
        room=room,
        members=100,
        messages=messages,
        seconds=0.1,
        elapsed_s=0.1,
        cpu=Cpu(servers_s=cpu_us * messages * room / 1e6, user_s=cpu_us * messages * room / 2e6),
        counts=Counts(sent=messages, expected=messages * room, delivered=messages * room),
        generator=GeneratorUse(cpu_s=0.01, late_p99_us=50),
        core=Core(ruler_s=0.002),
    )


def observations() -> list[AnyObservation]:
    chance = random.Random(7)
    found: list[AnyObservation] = []
    loads: tuple[tuple[Load, int], ...] = (
        ("35", 100), ("65", 100), ("35", 1), ("65", 1), ("35", 10), ("saturated", 100)
    )  # fmt: skip
    for start in range(1, STARTS + 1):
        for load, room in loads:
            for number in range(ROUNDS):
                for arm in COSTS:
                    noise = chance.gauss(1, NOISE)
                    found.append(slot(arm, start, number, load, room, cost_of(arm, room) * noise))
        found += [window(arm, start, chance) for arm in COSTS]
    return found


def window(arm: str, start: int, chance: random.Random) -> Window:
    worst = [int(1000 + chance.expovariate(1) * 2000) for _ in range(300)]
    return Window(
        experiment="speed",
        arm=arm,
        at_s=0.0,
        start=start,
        load="65",
        room=100,
        rate=50.0,
        seconds=6.0,
        cpu=Cpu(servers_s=1.0),
        counts=Counts(sent=300, expected=30000, delivered=30000),
        latency_us=Percentiles(1, 1, 1, 1, 1, 1, 1, ""),
        worst_us=worst,
        middle_us=worst,
        generator=GeneratorUse(cpu_s=0.1, late_p99_us=50),
        core=Core(ruler_s=0.002),
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A finished run with these observations."""
    info = INFO.__class__(
        **{name: getattr(INFO, name) for name in INFO.__struct_fields__}
        | {
            "arms": [ArmInfo(**synthetic.arm(arm)) for arm in COSTS if not arm.endswith("#2")],
            "aa": ("fastapi-uvicorn-memory", "fastapi-uvicorn-memory#2"),
        }
    )
    with RunWriter.create(directory(tmp_path, "2026-01-01T000000Z-speed"), info) as writer:
        for each in observations():
            writer.append(each)
        writer.finish("2026-01-01T00:05:00Z")
    return read_run(writer.path)


@pytest.fixture
def figures(run: Run) -> SpeedFigures:
    return SpeedFigures(run, load_claims())


@pytest.mark.parametrize("arm", [arm for arm in COSTS if not arm.endswith("#2")])
def test_costs_are_found(figures: SpeedFigures, arm: str) -> None:
    cost = figures.cost(("65", 100), arm)
    assert cost is not None
    assert cost.value == pytest.approx(COSTS[arm], rel=0.02)
    assert cost.half_width < 0.05


def test_ratios_are_found_with_their_precision(figures: SpeedFigures) -> None:
    ratio = figures.ratio(("65", 100), "channels-uvicorn-redis", "fastapi-uvicorn-redis")
    assert ratio is not None
    assert ratio.value == pytest.approx(6.0, rel=0.02)
    assert ratio.half_width < 0.05


def test_one_arm_measured_as_two_is_the_same(figures: SpeedFigures) -> None:
    check = figures.checks["65", 100]
    assert check.ratio.value == pytest.approx(1, abs=0.02)
    assert check.precision < 0.05


def test_a_message_is_told_from_a_delivery(figures: SpeedFigures) -> None:
    found = figures.message_cost("asgi-uvicorn")
    assert found is not None
    delivery = COSTS["asgi-uvicorn"] / 1.1
    assert found.delivery.value == pytest.approx(delivery, rel=0.03)
    assert found.message.value == pytest.approx(10 * delivery, rel=0.03)
    (check,) = found.checks
    assert check.ratio is not None
    assert check.ratio.contains(1)


def test_what_is_not_there_has_no_figure(figures: SpeedFigures) -> None:
    assert figures.cost(("equal", 100), "asgi-uvicorn") is None
    assert figures.cost(("65", 100), "channels-daphne-memory") is None
    assert figures.latency("asgi-uvicorn", "35", 0.5) is None
    assert figures.idle_us("asgi-uvicorn") is None


def test_the_claims_that_the_run_can_answer_are_answered(figures: SpeedFigures) -> None:
    words = {verdict.claim: verdict.word for verdict in figures.verdicts}
    assert words["framework-redis"] == "holds"
    assert words["framework-memory"] == "holds"
    assert words["core-layer"] == "holds"
    assert words["fastapi-floor"] == "holds"
    assert "tuned-redis" not in words
    assert "server" not in words


def test_the_page_says_it_in_words(run: Run, tmp_path: Path) -> None:
    page = render_speed(tmp_path)[PAGE]
    assert run.name in page
    assert "### Over Redis, does a delivery cost Channels more CPU than FastAPI?" in page
    assert "**Holds.**" in page
    assert "a delivery costs Channels " in page
    assert "| `asgi-uvicorn` |" in page
    assert "0 of " in page
    assert "{ratio}" not in page


def test_refused_slots_do_not_count_and_are_counted(run: Run) -> None:
    from msgspec.structs import replace

    spoiled = [
        replace(each, refused=REFUSED, cpu=Cpu(servers_s=100.0))
        if isinstance(each, Slot) and each.arm == "asgi-uvicorn" and each.round == 3
        else each
        for each in run.observations
    ]
    figures = SpeedFigures(Run(run.path, run.info, spoiled), load_claims())
    cost = figures.cost(("65", 100), "asgi-uvicorn")
    assert cost is not None
    assert cost.value == pytest.approx(COSTS["asgi-uvicorn"], rel=0.02)
    assert figures.refused == 12


def test_without_a_run_the_page_names_the_command(tmp_path: Path) -> None:
    assert render_speed(tmp_path) == {PAGE: render_speed(tmp_path)[PAGE]}
    assert "Not measured yet: `chatbench run --experiment speed`." in render_speed(tmp_path)[PAGE]
