"""Every acknowledged message reaches every member exactly once, through all faults."""

import asyncio

import pytest

from bench.declared.arms import find_arm
from bench.experiments.survival.plan import BOUNDED, draw
from bench.experiments.survival.run import Survival
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

_SEED = 20261121


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.parametrize(
    "arm", ["channels-uvicorn-redis-postgresql", "fastapi-uvicorn-redis-postgresql"]
)
def test_acknowledged_messages_survive_every_fault(arm: str) -> None:
    plan = draw(_SEED, BOUNDED)
    with Stack(find_arm(arm), workers=BOUNDED.workers, environ=BENCHMARK_SETTINGS) as stack:
        survival = Survival(stack, plan)
        evidence = asyncio.run(survival.run())
    report = survival.report(evidence)

    assert report["violations"] == []
    assert report["survived"]
    assert sorted(fault["kind"] for fault in report["faults"]) == sorted(BOUNDED.faults)
    # Otherwise the test had too few faults.
    assert report["acknowledged"] > 100
    assert report["counts"]["cuts"] > 10
    assert report["counts"]["recovered by since"] > 0
    assert report["counts"]["all whole at the end"] == 1
