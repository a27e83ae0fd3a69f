"""What grows during a soak: a planted leak of a real server, and made-up samples."""

import asyncio
import random
from pathlib import Path

import pytest

from bench.analysis.soak import slope, trends
from bench.declared.arms import find_arm
from bench.envelope.soak import SoakEntry, SoakSample
from bench.experiments.soak import experiment
from bench.experiments.soak.churn import Churn
from bench.experiments.soak.watch import sample
from bench.report.reliability import render_reliability
from bench.stack.stack import Stack
from tests.report import synthetic

ARM = "fastapi-uvicorn-memory"
WARM_UP, SAMPLES, EACH = 200, 32, 20
"""Members before the first sample, samples, and members from one sample to the next."""


def test_a_leak_of_1_kib_a_connection_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, leaking = (_soaked(monkeypatch, kept) for kept in (0, 1024))
    grown, much_grown = trends(sound), trends(leaking)
    assert grown is not None
    assert much_grown is not None
    assert much_grown.memory_kib.low > max(0.5, grown.memory_kib.value)
    for each in (grown, much_grown):
        assert each.descriptors.low < 5


def _soaked(monkeypatch: pytest.MonkeyPatch, kept: int) -> SoakEntry:
    """A server that keeps so many bytes of each member; counted by members, and not by time."""
    monkeypatch.setattr(Stack, "serve", ("tests.bench.leaking", str(kept)))

    async def churned(stack: Stack) -> list[SoakSample]:
        churn = Churn(stack, "soak")
        for _ in range(WARM_UP):
            await churn.visit()
        samples = []
        for number in range(SAMPLES):
            for _ in range(EACH):
                await churn.visit()
            samples.append(sample(stack, 10.0 * number, churn.connections, [2000]))
        assert churn.failed == 0
        return samples

    with Stack(find_arm(ARM)) as stack:
        return _entry(ARM, asyncio.run(churned(stack)))


def test_a_slope_has_its_interval() -> None:
    xs = [float(number) for number in range(160)]
    chance = random.Random(3)
    found = slope(xs, [2 * x + chance.gauss(0, 5) for x in xs])
    assert found.low < 2 < found.high
    assert found.high - found.low < 0.2
    flat = slope(xs, [7.0] * 160)
    assert (flat.value, flat.low, flat.high) == pytest.approx((0, 0, 0), abs=1e-9)


def test_too_few_samples_tell_nothing() -> None:
    assert trends(_made_up("fastapi-uvicorn-memory", 0.0, samples=12)) is None


def test_the_page_tells_what_grows(tmp_path: Path) -> None:
    entries = [
        _made_up("channels-uvicorn-memory", 0.0),
        _made_up("fastapi-uvicorn-memory", 1.0),
    ]
    synthetic.write_run(tmp_path, "soak", [each.arm for each in entries], entries)
    pages = render_reliability(tmp_path)
    page = pages[Path("docs") / "reliability.md"]
    assert "- **Memory** grows in `fastapi-uvicorn-memory` (1." in page
    assert " KiB for each member that came and went)" in page
    assert "- **File descriptors:** no growth shown in 2 arms" in page
    assert "- **Latency** of a delivery: no growth shown in 2 arms" in page
    assert "| `channels-uvicorn-memory` | 89 |" in page
    assert "Channels" in pages[Path("docs") / "charts" / "soak-memory-dark.svg"]


def _made_up(arm: str, kept_kib: float, samples: int = 120) -> SoakEntry:
    """An arm that keeps this for each connection, beside some noise."""
    chance = random.Random(arm)
    return _entry(
        arm,
        [
            SoakSample(
                10.0 * number,
                number,
                80_000 + kept_kib * number + chance.gauss(0, 1),
                20 + chance.randrange(2),
                2000 + chance.randrange(500),
                5000,
            )
            for number in range(samples)
        ],
    )


def _entry(arm: str, samples: list[SoakSample]) -> SoakEntry:
    return SoakEntry(
        experiment="soak",
        arm=arm,
        at_s=0.0,
        seconds=10.0 * len(samples),
        numbers={name: float(each) for name, each in experiment.NUMBERS.items()},
        members=6,
        said=100,
        refused=0,
        deliveries=600,
        missing=0,
        repeated=0,
        deaf=[],
        closed={},
        holds=True,
        churn=0.1,
        samples=tuple(samples),
    )
