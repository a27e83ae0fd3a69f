"""The experiment `rolling`: real restarts of two processes, and the page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.analysis.rolling import away, missed
from bench.declared.arms import find_arm
from bench.envelope.rolling import Replaced, RollingEntry, Stayed
from bench.experiments.rolling import experiment
from bench.report.reliability import render_reliability
from tests.report import synthetic

ARM = "fastapi-uvicorn-redis"
MEMBERS = 4


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes and four members."""
    monkeypatch.setattr(experiment, "WORKERS", 2)
    monkeypatch.setattr(experiment, "MEMBERS", MEMBERS)
    monkeypatch.setattr(experiment, "_BETWEEN_S", 0.5)


def _run(history: str) -> RollingEntry:
    arm = replace(find_arm(ARM), history=history)
    found: dict[str, Any] = experiment.of_arm(arm, None, 0, print)
    base = {"kind": "rolling", "experiment": "rolling", "arm": ARM, "at_s": 0.0}
    return msgspec.convert(base | found, RollingEntry)


@pytest.mark.redis
def test_every_member_meets_the_stop_of_its_process_and_comes_back() -> None:
    entry = _run("sqlite")
    assert len(entry.replaced) == 2
    assert all(step.back_s is not None for step in entry.replaced)
    assert sum(step.cut for step in entry.replaced) == away(entry).times >= MEMBERS
    assert all(member.away_s for member in entry.members)
    assert set(entry.closings) == {"1012"}
    found = missed([entry])
    assert found.lost == 0
    assert found.expected > 0


@pytest.mark.redis
def test_without_a_history_what_is_sent_meanwhile_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "RATE", 100.0)  # each absence has some messages to miss
    entry = _run("off")
    assert missed([entry]).lost > 0
    assert missed([entry]).replayed == 0


def _made_up(arm: str, *, lost: int, replayed: int) -> RollingEntry:
    member = Stayed(
        [0.2, 0.4], live=100 - lost - replayed, replayed=replayed, lost=lost, repeated=0
    )
    return RollingEntry(
        experiment="rolling",
        arm=arm,
        at_s=0.0,
        workers=3,
        rate=10.0,
        sent=102,
        untaken=2,
        replaced=[Replaced(1.0, 2.5, 3.0, 2)],
        members=[member, member],
        closings={"1012": 4},
    )


def test_the_page_tells_what_a_deploy_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = synthetic.arm
    monkeypatch.setattr(
        synthetic,
        "arm",
        lambda name: (
            plain(name)
            | {
                "history": "postgresql" if name.endswith("postgresql") else "off",
                "variant": "standard",
            }
        ),
    )
    entries = [
        _made_up("channels-uvicorn-redis", lost=3, replayed=0),
        _made_up("fastapi-uvicorn-redis-postgresql", lost=0, replayed=5),
    ]
    synthetic.write_run(tmp_path, "rolling", [each.arm for each in entries], entries)
    pages = render_reliability(tmp_path)
    page = pages[Path("docs") / "reliability.md"]
    assert "- **With a history, all 200 deliveries came**, 10 of them by replay; a member" in page
    assert "- **Without one, 6 of 200 deliveries are lost**; a member was away 0.4 s at mo" in page
    assert "| `channels-uvicorn-redis` | 6 | 0 | 2 | 4 | 0.28 [" in page
    assert "| 0.40 | 2.5 | 1012 |" in page
    assert "History in PostgreSQL" in pages[Path("docs") / "charts" / "rolling-away-dark.svg"]
