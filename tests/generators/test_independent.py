"""The independent client: its ledger, and short cells over real sockets."""

import subprocess
import sys
from contextlib import ExitStack
from typing import Any

import pytest

from bench.analysis.generators import reported, verdict
from bench.envelope.generators import GeneratorEntry, Tool
from bench.errors import BenchError
from bench.experiments.ceiling import relay_process
from bench.experiments.generators import cells, plan, tools
from bench.experiments.generators.independent.ledger import Ledger, times
from bench.experiments.generators.plan import Crowd
from bench.experiments.generators.tools import Tools
from tests.generators import forgetful, late

ANYWHERE: frozenset[int] = frozenset()
CROWD = Crowd(users=6, room_size=3, rate=120.0)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "WINDOW_S", 0.4)
    monkeypatch.setattr(plan, "WARM_UP_S", 0.1)
    monkeypatch.setattr(plan, "CLIMB", CROWD)


def step_of(tool: Tool, cell: dict[str, Any]) -> dict[str, Any]:
    with ExitStack() as running:
        (step,) = Tools(ANYWHERE, running).ask(tool, cell)["steps"]
    assert isinstance(step, dict)
    return step


def test_it_shares_no_code_with_the_generator() -> None:
    code = "import bench.experiments.generators.independent.__main__, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "websockets.client" in loaded
    assert [name for name in loaded if name.startswith(("bench.load", "picows", "locust"))] == []


def test_its_ledger_counts_each_message_at_each_member() -> None:
    ledger = Ledger("s1")
    everyone = frozenset((0, 1))
    first, second = (ledger.send(10.0, 10.001, everyone) for _ in range(2))
    ledger.came(first, 0, 10.005)
    ledger.came(first, 1, 10.006)
    ledger.came(second, 0, 10.007)
    ledger.came(second, 0, 10.008)
    ledger.came("s0.0", 1, 10.009)
    found = ledger.summary()
    assert not ledger.complete
    assert (found["sent"], found["expected"]) == (2, 4)
    assert found["ledger"] == {"delivered": 3, "lost": 1, "duplicates": 1}
    assert found["latency_us"]["mean"] == pytest.approx(6000)
    assert found["lateness_us"]["mean"] == pytest.approx(1000)


def test_its_percentiles_are_those_of_the_values() -> None:
    found = times([each / 1e6 for each in range(1, 1002)])
    assert found["p50"] == pytest.approx(501)
    assert found["p99"] == pytest.approx(991)
    assert times([0.002])["p99"] == pytest.approx(2000)
    assert times([])["count"] == 0


@pytest.mark.parametrize("tool", ["ours", "recipe", "independent"])
def test_each_tool_hears_every_message_of_the_relay(tool: Tool) -> None:
    with relay_process(ANYWHERE, one_by_one=True) as url:
        step = step_of(tool, cells.steady(url, CROWD, seed=1))
    assert step["delivered_in_window"] > 0
    if "ledger" in step:
        assert step["expected"] == CROWD.room_size * step["sent"]
        assert step["ledger"]["delivered"] == step["expected"]
        assert step["ledger"]["lost"] == 0
    assert 0 < step["latency_us"]["p50"] <= step["latency_us"]["p99"] or tool == "recipe"
    assert 0 < step["latency_us"]["mean"] < 1e6
    assert step["generator"]["cpu_s"] > 0


def test_a_client_that_drops_deliveries_counts_them_as_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(tools.MODULES, "independent", (forgetful.__name__,))
    with relay_process(ANYWHERE, one_by_one=True) as url:
        step = step_of("independent", cells.steady(url, CROWD, seed=1))
        rising = cells.rising(url, [60.0, 120.0], 0.2, 1, seed=1)
        with ExitStack() as running:
            steps = Tools(ANYWHERE, running).ask("independent", rising)["steps"]
    lost = step["ledger"]["lost"]
    # The frames of the warm-up are counted, too, so the tenths begin anywhere.
    assert abs(lost - step["expected"] / forgetful.EVERY) <= 1
    assert lost + step["ledger"]["delivered"] == step["expected"]
    assert len(steps) == 1, "a loss ends the ladder"
    base = {"experiment": "generators", "arm": "picows", "at_s": 0.0, "round": 1}
    assert cells.capacity(steps, base | {"tool": "independent"}).highest == 0.0


@pytest.mark.parametrize("planted", [False, True])
def test_a_client_that_hears_20_ms_later_does_not_agree(
    planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if planted:
        monkeypatch.setitem(tools.MODULES, "independent", (late.__name__,))
    found: list[GeneratorEntry] = []
    with relay_process(ANYWHERE, one_by_one=True) as url, ExitStack() as running:
        both = Tools(ANYWHERE, running)
        for number in (1, 2, 3):
            for tool in plan.CLIMBERS:
                (step,) = both.ask(tool, cells.steady(url, CROWD, seed=number))["steps"]
                base = {"experiment": "generators", "arm": "picows", "at_s": 0.0}
                base |= {"round": number, "tool": tool, "load": "rooms"}
                found.append(cells.latency(step, CROWD, base))
    other = next(each for each in reported(found) if each.tool == "independent")
    assert (other.p50_us >= 1e6 * late.LATER_S) == planted
    if planted:
        assert verdict(other.mean) not in ("agree", "same")


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(BenchError, match=r"^The independent client failed: .*[Cc]onnect"):
        step_of("independent", cells.steady("http://127.0.0.1:1", CROWD, seed=1))
