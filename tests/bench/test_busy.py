"""The experiment `busy`: nothing is lost behind a busy handler, and the page tells who waits."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.declared.arms import find_arm
from bench.envelope.busy import BusyCase, BusyEntry
from bench.experiments import busy
from bench.report.loss import render_loss
from tests.report import synthetic

PAGE = Path("docs") / "loss.md"


def _entry(arm: str, *cases: BusyCase) -> BusyEntry:
    return BusyEntry(experiment="busy", arm=arm, at_s=0.0, cases=list(cases))


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory", "fastapi-uvicorn-memory"])
def test_what_arrives_behind_a_busy_handler_comes_in_order(
    arm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy, "BUSY_S", 0.5)
    found: dict[str, Any] = busy.of_arm(find_arm(arm), None, 0, print)
    base = {"kind": "busy", "experiment": "busy", "arm": arm, "at_s": 0.0}
    waiting, blocked = msgspec.convert(base | found, BusyEntry).cases
    for case in (waiting, blocked):
        assert case.sent == 1 + busy.OWN + busy.OTHERS
        assert (case.came, case.in_order) == (2 * case.sent, True)
    # A consumer handles one event after another; the FastAPI chat has a loop for each direction.
    assert (waiting.busy_member_waited_s > 0.3) == arm.startswith("channels")
    assert waiting.other_member_waited_s < 0.3
    assert blocked.other_member_waited_s > 0.3


def test_the_page_tells_who_waits(tmp_path: Path) -> None:
    entries = [
        _entry("channels-uvicorn-memory", BusyCase("await", 1.0, 221, 442, True, 0.95, 0.004)),
        _entry("fastapi-uvicorn-memory", BusyCase("await", 1.0, 221, 442, True, 0.002, 0.004)),
    ]
    synthetic.write_run(tmp_path, "busy", [each.arm for each in entries], entries)
    page = render_loss(tmp_path)[PAGE]
    assert "**No.** All 884 deliveries of 2 cases came, each sender's in order." in page
    assert "in Channels, the member waits 950 ms, and another member 4.00 ms" in page
    assert "in FastAPI, the member waits 2.00 ms, and another member 4.00 ms" in page


def test_a_loss_is_told(tmp_path: Path) -> None:
    entries = [_entry("fastapi-uvicorn-memory", BusyCase("await", 1.0, 10, 17, True, 0.0, 0.0))]
    synthetic.write_run(tmp_path, "busy", [entries[0].arm], entries)
    page = render_loss(tmp_path)[PAGE]
    assert "**Yes.** 3 of 20 deliveries did not come: `fastapi-uvicorn-memory`." in page
