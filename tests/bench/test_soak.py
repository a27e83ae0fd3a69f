"""The soak, for some seconds: nobody goes deaf, and who does is seen."""

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.analysis.soak import slope, trends
from bench.declared.arms import find_arm
from bench.envelope.soak import SoakEntry, SoakSample
from bench.experiments.soak import experiment
from bench.experiments.soak.experiment import failure, of_arms
from bench.report.reliability import render_reliability
from tests.report import synthetic

ARMS = [
    "channels-uvicorn-memory",
    pytest.param("channels-uvicorn-redis", marks=pytest.mark.redis),
    pytest.param("channels-uvicorn-redis-tuned", marks=pytest.mark.redis),
    pytest.param("channels-uvicorn-pubsub", marks=pytest.mark.redis),
    pytest.param("fastapi-uvicorn-redis", marks=pytest.mark.redis),
]
"""Each channel layer, and where there is one channel a process; FastAPI over one fan-out."""


@pytest.mark.parametrize("arm", ARMS)
def test_nobody_goes_deaf(arm: str) -> None:
    (entry,) = of_arms([find_arm(arm)], 3 * experiment.NUMBERS["GROUP_EXPIRY_SECONDS"], 0, print)
    assert (entry["deaf"], entry["closed"]) == ([], {})
    assert entry["deliveries"] > 0
    assert failure([_observed(arm, entry)]) is None


@pytest.mark.redis
def test_who_goes_deaf_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the beat does not come in time to renew what expires."""
    serve = experiment.SoakStack.serve[1].replace("BEAT_SECONDS=1", "BEAT_SECONDS=60")
    monkeypatch.setattr(experiment.SoakStack, "serve", ("bench.stack.hurried", serve))
    monkeypatch.setattr("bench.experiments.soak.room.LAST_WORDS", 4)
    (entry,) = of_arms(
        [find_arm("channels-uvicorn-redis")],
        2 * experiment.NUMBERS["GROUP_EXPIRY_SECONDS"],
        0,
        print,
    )
    assert len(entry["deaf"]) == entry["members"]
    assert failure([_observed("channels-uvicorn-redis", entry)]) == (
        "Members went deaf or were put out: channels-uvicorn-redis."
    )


def _observed(arm: str, found: dict[str, Any]) -> SoakEntry:
    base = {"kind": "soak", "experiment": "soak", "arm": arm, "at_s": 0.0}
    return msgspec.convert(base | found, SoakEntry)


@pytest.mark.parametrize("kept", [0, 1024])
def test_a_leak_of_1_kib_a_connection_is_found(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "CHURN", 150.0)
    monkeypatch.setattr(experiment, "SAMPLES", 32)
    monkeypatch.setattr(experiment.SoakStack, "serve", ("tests.bench.leaking", str(kept)))
    (found,) = of_arms([find_arm("fastapi-uvicorn-memory")], 8.0, 0, print)
    entry = _observed("fastapi-uvicorn-memory", found)
    assert entry.failed == 0
    grown = trends(entry)
    assert grown is not None
    if kept:
        assert grown.memory_kib.low > 0.6
    else:
        assert grown.memory_kib.high < 0.6
    assert grown.descriptors.low < 5


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
    return SoakEntry(
        experiment="soak",
        arm=arm,
        at_s=0.0,
        seconds=10.0 * samples,
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
        samples=tuple(
            SoakSample(
                10.0 * number,
                number,
                80_000 + kept_kib * number + chance.gauss(0, 1),
                20 + chance.randrange(2),
                2000 + chance.randrange(500),
                5000,
            )
            for number in range(samples)
        ),
    )
