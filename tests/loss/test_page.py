"""The page on losses: its answers, its map and its tables, from made-up results."""

from pathlib import Path

import pytest

from bench.envelope.loss import DROPPED, LossCase, LossEntry
from bench.report.loss import render_loss
from tests.analysis.test_loss import EVICTED, case, entry
from tests.report import synthetic

PAGE = Path("docs") / "loss.md"
FULL = {"TCPToZeroWindowAdv": 3, "RetransSegs": 5, "TCPRcvQDrop": 2}


def _cases(kept: LossCase, *, buffers_differ: bool = False) -> list[LossCase]:
    missing = {DROPPED: 1} if buffers_differ else {}
    return [
        case({}, {}, {}, case="photos as fast as taken"),
        case({}, {}, missing, case="the same, small receive buffer", receive_buffer=4096),
        kept,
    ]


def _page(tmp_path: Path, *entries: LossEntry) -> str:
    synthetic.write_run(tmp_path, "loss", [each.arm for each in entries], entries)
    return render_loss(tmp_path)[PAGE]


def _stops(missing: dict[str, int], counted: int) -> LossCase:
    layer = {"channels.layers: a channel over its capacity": counted} if counted else {}
    return case(
        {},
        {},
        missing,
        case="photos, reader stops",
        reader="stops",
        kernel=FULL,
        layer_dropped=layer,
        unread={"reader": 3 * 1024**2},
    )


def test_a_layer_that_drops_is_told_from_tcp(tmp_path: Path) -> None:
    page = _page(
        tmp_path,
        entry("channels-uvicorn-memory", *_cases(_stops({DROPPED: 4}, 4))),
        entry("fastapi-uvicorn-memory", *_cases(_stops({f"closed: {EVICTED}": 6}, 0))),
    )
    assert "**No.** In 2 of 6 cases a receive buffer was full" in page
    assert "a channel layer counted each of them as dropped: none was lost by TCP." in page
    assert "- **Dropped by a channel layer that was full:** 4 deliveries, in `channels" in page
    assert "- **Closed with 1013:** 6 deliveries, in `fastapi-uvicorn-memory`." in page
    assert "**No.** The same photos came with each size of the server's buffer in 2 of 2" in page
    assert "| photos, reader stops | 3.00 | – | 6 | 4 | 10 | 4 | 0 |" in page


def test_an_arm_that_the_run_does_not_have_is_named(tmp_path: Path) -> None:
    page = _page(tmp_path, entry("fastapi-uvicorn-memory", *_cases(_stops({}, 0))))
    (told,) = (line for line in page.splitlines() if line.startswith("Not in this run"))
    assert "`channels-daphne-redis-tutorial`" in told
    assert "`fastapi-uvicorn-memory`" not in told


def test_a_loss_without_a_cause_is_told(tmp_path: Path) -> None:
    page = _page(tmp_path, entry("fastapi-uvicorn-memory", *_cases(_stops({DROPPED: 4}, 1))))
    assert "**Not settled.**" in page
    assert "3 of them have no known cause" in page


def test_a_buffer_that_changes_what_comes_is_told(tmp_path: Path) -> None:
    cases = _cases(_stops({}, 0), buffers_differ=True)
    page = _page(tmp_path, entry("fastapi-uvicorn-memory", *cases))
    assert "**Yes, in `fastapi-uvicorn-memory`.**" in page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_has_a_field_for_each_arm_and_case(tmp_path: Path, theme: str) -> None:
    entries = [entry("channels-uvicorn-memory", *_cases(_stops({DROPPED: 4}, 4)))]
    synthetic.write_run(tmp_path, "loss", [entries[0].arm], entries)
    drawn = render_loss(tmp_path)[Path("docs") / "charts" / f"loss-map-{theme}.svg"]
    assert drawn.count(">all</text>") == 2
    assert ">−4</text>" in drawn
    assert "channels-uvicorn-memory: 3: −4" in drawn


def test_without_a_run_the_page_names_the_command(tmp_path: Path) -> None:
    page = render_loss(tmp_path)[PAGE]
    for name in ("loss", "busy"):
        assert f"Not measured yet: `chatbench run --experiment {name}`." in page
