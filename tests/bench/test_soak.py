"""The soak, for some seconds: nobody goes deaf, and who does is seen."""

from typing import Any

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.soak import SoakEntry
from bench.experiments.soak import experiment
from bench.experiments.soak.experiment import failure, of_arms

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
    assert entry["samples"]
    assert entry["failed"] == 0
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
