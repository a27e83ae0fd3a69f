"""The experiment `vanished`: members that go in each way, and a server that asks often."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.vanished import Gone, VanishedEntry
from bench.experiments import vanished
from bench.report.network import render_network
from bench.stack.namespaces import unusable
from bench.stack.stack import Stack
from tests.report import synthetic

PAGE = Path("docs") / "network.md"
needs_namespaces = pytest.mark.skipif(unusable() is not None, reason=str(unusable()))


def _cases(arm: str) -> dict[str, Gone]:
    found: dict[str, Any] = vanished.of_arm(find_arm(arm), None, 0, print)
    base = {"kind": "vanished", "experiment": "vanished", "arm": arm, "at_s": 0.0}
    return {case.way: case for case in msgspec.convert(base | found, VanishedEntry).cases}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vanished, "MEMBERS", 3)
    monkeypatch.setattr(vanished, "GOING_S", 0.5)


@needs_namespaces
def test_a_server_that_asks_often_notices_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted effect: of the pings alone."""
    monkeypatch.setattr(Stack, "serve", ("tests.network.quick_pings",))
    cases = _cases("channels-uvicorn-memory")
    assert [case.unnoticed for case in cases.values()] == [0, 0, 0]
    assert max(cases["ended"].noticed_s) < min(cases["frozen"].noticed_s + cases["cut"].noticed_s)
    # A ping comes after 0 to 1 s; only the limit for its answer has a lower end.
    assert min(cases["frozen"].noticed_s + cases["cut"].noticed_s) >= 1


@needs_namespaces
def test_a_server_that_never_asks_notices_nobody_but_those_that_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vanished, "WAIT_S", 2.0)
    cases = _cases("fastapi-granian-memory")
    assert {way: case.unnoticed for way, case in cases.items()} == {
        "ended": 0,
        "frozen": 3,
        "cut": 3,
    }


def _entry(arm: str, *cases: Gone) -> VanishedEntry:
    return VanishedEntry(experiment="vanished", arm=arm, at_s=0.0, waited_s=60.0, cases=list(cases))


def test_the_page_tells_who_was_noticed_and_who_was_not(tmp_path: Path) -> None:
    ended = Gone("ended", [0.001, 0.002], 0)
    entries = [
        _entry("channels-daphne-memory", ended, Gone("cut", [21.0, 39.0], 0)),
        _entry("fastapi-uvicorn-memory", ended, Gone("frozen", [20.0, 35.0], 0)),
        _entry("fastapi-granian-memory", ended, Gone("cut", [], 2)),
    ]
    synthetic.write_run(tmp_path, "vanished", [each.arm for each in entries], entries)
    page = render_network(tmp_path)[PAGE]
    assert "**A program that ends is noticed within 2.00 ms,** on every server (6 mem" in page
    assert "stays in the list for 20.0 to 39.0 s** on Daphne and uvicorn" in page
    assert "**On granian, nobody is told:** after 60 s, 2 of 2 members were still" in page
    assert "network-gone-light.svg" in page
