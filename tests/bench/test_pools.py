"""The experiment `pools`: what a process opens is counted, and what is too much is seen."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.pools import Pool, PoolsEntry
from bench.experiments import pools
from bench.report.reliability.page import render_reliability
from bench.stack.stack import Stack
from tests.bench.wasteful import TOO_MANY
from tests.report import synthetic

PAGE = Path("docs") / "reliability.md"


def _measured(arm: str) -> PoolsEntry:
    found: dict[str, Any] = pools.of_arm(find_arm(arm), None, 0, print)
    base = {"kind": "pools", "experiment": "pools", "arm": arm, "at_s": 0.0}
    return msgspec.convert(base | found, PoolsEntry)


@pytest.mark.redis
def test_connections_that_are_too_many_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "MEMBERS", 30)
    monkeypatch.setattr(pools, "SPEAK_S", 0.5)
    monkeypatch.setattr(pools, "GONE_S", 0.5)
    usual = _measured("channels-uvicorn-redis")
    idle, coming, *_ = usual.pools
    assert usual.refused == {}
    assert all(pool.samples for pool in usual.pools)
    assert all(pool.postgresql == 0 for pool in usual.pools)
    assert 1 <= idle.redis < TOO_MANY
    assert coming.redis > idle.redis
    monkeypatch.setattr(Stack, "serve", ("tests.bench.wasteful",))
    assert _measured("channels-uvicorn-redis").pools[0].redis > TOO_MANY


def _entry(arm: str, redis: int, postgresql: int, **refused: int) -> PoolsEntry:
    found = [Pool("idle", 1, postgresql and 1, 9), Pool("coming", redis, postgresql, 9)]
    return PoolsEntry(
        experiment="pools",
        arm=arm,
        at_s=0.0,
        members=300,
        room=10,
        rate=100.0,
        refused=refused,
        log=["database: no answer in 3 s"] if refused else [],
        pools=found,
    )


def test_the_page_tells_the_most_of_each_framework(tmp_path: Path) -> None:
    entries = [
        _entry("channels-uvicorn-redis", 87, 0, **{"1012": 12}),
        _entry("fastapi-uvicorn-redis", 64, 0),
        _entry("fastapi-uvicorn-redis-postgresql", 9, 4),
    ]
    synthetic.write_run(tmp_path, "pools", [each.arm for each in entries], entries)
    page = render_reliability(tmp_path)[PAGE]
    assert "87 to Redis and 0 to PostgreSQL with Channels, and 64 to Redis and 4 to Pos" in page
    assert "`channels-uvicorn-redis` did not let 12 of 300 members in: 12 with `1012`. Its " in page
    assert "Its log says: `database: no answer in 3 s`." in page
    assert "| `channels-uvicorn-redis` | Redis | 1 | 87 | – | – | – |" in page
