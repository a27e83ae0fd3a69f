"""A small `--experiment writes`: every case once, in the form that the report reads."""

from itertools import product

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.writes import WritesEntry
from bench.experiments import writes
from bench.experiments.appenders import Window

_BASE = {"kind": "writes", "experiment": "writes", "arm": "an arm", "at_s": 0.0}


@pytest.mark.parametrize(
    ("arm", "groups"),
    [("channels-uvicorn-memory-sqlite", (1, 100)), ("fastapi-uvicorn-memory-sqlite", (100,))],
)
def test_every_case_is_measured_once_a_repeat(
    arm: str, groups: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "GROUPS", groups)
    monkeypatch.setattr(writes, "APPENDERS", (1, 3))
    monkeypatch.setattr(writes, "REPEATS", 1)
    monkeypatch.setattr(writes, "_WARM_UP", Window(3, 0.05))
    found = writes.of_arm(find_arm(arm), 0.1 * len(groups), 1, print)
    entry = msgspec.convert(_BASE | found, WritesEntry)

    cases = sorted((window.appenders, window.group) for window in entry.windows)
    assert cases == sorted(product((1, 3), groups))
    assert all(window.messages >= window.appenders for window in entry.windows)
    assert all(window.seconds >= 0.05 for window in entry.windows)
    assert all(window.cpu_seconds > 0 for window in entry.windows)
    assert all(taken > 0 for taken in entry.sync_us)
