"""The experiment `network`: real losses and cuts, a replay that forgets, and the client's rules."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.network import Network, NetworkCase, NetworkEntry
from bench.errors import BenchError
from bench.experiments import runner
from bench.experiments.network import experiment, member, plan
from bench.stack.namespaces import unusable
from bench.stack.stack import Stack

CLIENT = Path(__file__).resolve().parents[2] / "shared_client" / "network"
SECONDS = 3.0
GONE = Network("gone", delay_s=0.01, away_s=1.0, cut="noticed")
LOSSY = Network("lossy", loss=0.2, delay_s=0.005)
CONSTANTS = [
    ("connection", "PING_EVERY_MS", member.PING_EVERY_S),
    ("connection", "SILENCE_MS", member.SILENCE_S),
    ("connection", "LONGEST_SILENCE_MS", member.LONGEST_SILENCE_S),
    ("connection", "LEAVING_MS", member.LEAVING_S),
    ("backoff", "FIRST_MS", member.FIRST_S),
    ("backoff", "LONGEST_MS", member.LONGEST_S),
    ("backoff", "STABLE_MS", member.STABLE_S),
]
needs_namespaces = pytest.mark.skipif(unusable() is not None, reason=str(unusable()))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rooms with two listeners each, and one cut of 1 s for everybody."""
    monkeypatch.setattr(plan, "NETWORKS", (GONE, LOSSY))
    monkeypatch.setattr(plan, "MEMBERS", 2)
    monkeypatch.setattr(plan, "RATE", 10.0)
    monkeypatch.setattr(plan, "FIRST_S", (1.0, 1.0))
    monkeypatch.setattr("bench.experiments.network.room.PING_EVERY_S", 0.0)


def _cases(arm: str) -> tuple[NetworkCase, NetworkCase]:
    found: dict[str, Any] = experiment.of_arm(find_arm(arm), SECONDS, 0, print)
    base = {"kind": "network", "experiment": "network", "arm": arm, "at_s": 0.0}
    gone, lossy = msgspec.convert(base | found, NetworkEntry).cases
    assert gone.sent == lossy.sent == SECONDS * plan.RATE
    return gone, lossy


def _sum(case: NetworkCase, key: str) -> int:
    return sum(getattr(each, key) for each in case.received)


@needs_namespaces
def test_without_a_history_what_is_sent_during_a_cut_is_lost() -> None:
    gone, lossy = _cases("channels-uvicorn-memory")
    # 1 s of 10 messages a second, and those of the reconnect.
    assert all(8 <= each.lost < gone.sent / 2 for each in gone.received)
    # Beside them at most what was on its way when the link was cut.
    assert 0 <= _sum(gone, "lost") - sum(outage.lost for outage in gone.outages) <= 2
    assert [outage.reconnected for outage in gone.outages] == [True, True]
    assert _sum(gone, "replayed") == 0
    # A lost packet is sent again by TCP, and loses no message.
    assert lossy.dropped > 0.1 * lossy.packets
    assert (_sum(lossy, "lost"), _sum(lossy, "connections")) == (0, 2)
    assert lossy.latency.max > 200_000  # the least pause before TCP sends again, in µs


@needs_namespaces
def test_with_a_history_it_is_replayed() -> None:
    gone, _ = _cases("fastapi-uvicorn-memory-sqlite")
    assert _sum(gone, "lost") == 0
    assert all(each.replayed >= 8 for each in gone.received)
    assert all(each.heard_after_s is not None for each in gone.outages)


@needs_namespaces
def test_a_replay_that_forgets_a_message_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "serve", ("tests.network.forgetful",))
    gone, lossy = _cases("fastapi-uvicorn-memory-sqlite")
    assert [each.lost for each in gone.received] == [1, 1]
    assert _sum(lossy, "lost") == 0


@pytest.mark.parametrize(("module", "name", "seconds"), CONSTANTS)
def test_members_have_the_patience_of_the_browser_client(
    module: str, name: str, seconds: float
) -> None:
    source = (CLIENT / f"{module}.js").read_text("utf-8")
    declared = re.search(rf"^(?:export )?const {name} = ([\d_]+);", source, re.MULTILINE)
    assert declared is not None
    assert float(declared[1]) == 1000 * seconds


def test_without_root_it_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(BenchError) as refused:
        runner.start(tmp_path, "network", runner.Asked("full", ("network",)), print)
    assert str(refused.value) == (
        "--experiment network cannot run here: it makes network namespaces, and needs root."
    )
    assert list(tmp_path.iterdir()) == []
