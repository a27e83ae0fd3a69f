"""A run of `speed` with known costs, made up."""

import random
from pathlib import Path

import msgspec

from bench.envelope.ceiling import CeilingFound, CeilingRate
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Core, Counts, Cpu, GeneratorUse, Load, Percentiles
from bench.envelope.run import ArmInfo, Run, RunWriter, read_run
from bench.envelope.speed import Slot, Window
from tests.envelope.test_run import INFO
from tests.report.synthetic import MACHINE
from tests.report.synthetic import arm as arm_of

RUN = "2026-01-01T000000Z-quick"
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
    """The ceiling, then every slot and window in the order in which a run takes them."""
    chance = random.Random(7)
    found: list[AnyObservation] = [ceiling()]
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


def ceiling() -> CeilingFound:
    """Six times the usual recipe's."""
    return CeilingFound(
        experiment="ceiling",
        arm="",
        at_s=0.0,
        relay=CeilingRate(240_000, 200_000),
        recipe=CeilingRate(40_000, 38_000),
        ratio=6.0,
    )


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


def write(root: Path, name: str = RUN, observed: list[AnyObservation] | None = None) -> Run:
    """Write a finished run where the report looks for it."""
    info = msgspec.structs.replace(
        INFO,
        name="quick",
        arms=[ArmInfo(**arm_of(arm)) for arm in COSTS if not arm.endswith("#2")],
        aa=("fastapi-uvicorn-memory", "fastapi-uvicorn-memory#2"),
    )
    path = root / "bench" / "results" / MACHINE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with RunWriter.create(path, info) as writer:
        for each in observations() if observed is None else observed:
            writer.append(each)
        writer.finish("2026-01-01T00:05:00Z")
    return read_run(path)
