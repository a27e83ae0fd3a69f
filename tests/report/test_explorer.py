"""The explorer's data: each figure is the analysis' figure, small, fresh, and with its raw file."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bench.analysis import connections
from bench.analysis.capacity import capacities
from bench.analysis.estimate import Estimate
from bench.analysis.growth import growths
from bench.analysis.history import Histories
from bench.analysis.latency import Percentile
from bench.analysis.loss import dropped
from bench.analysis.scale import scales
from bench.analysis.speed import SpeedFigures
from bench.analysis.wording import factor, number
from bench.companion.rendering import render
from bench.envelope.busy import BusyEntry
from bench.envelope.connections import ConnectionsEntry
from bench.envelope.history import HistoryAcks, HistorySlot, HistoryWindow
from bench.envelope.images import ImagesEntry
from bench.envelope.loss import LossEntry
from bench.envelope.network import NetworkEntry
from bench.envelope.observation import Failed, Observation
from bench.envelope.rolling import RollingEntry
from bench.envelope.run import RESULTS, Found, newest, read_run
from bench.envelope.scale import ScaleSlot
from bench.envelope.soak import SoakEntry
from bench.envelope.survival import SurvivalEntry
from bench.report.explorer import DATA, LIMIT, page, render_explorer
from tests.bench import test_capacity, test_growth
from tests.client.test_modules import run_node
from tests.report import synthetic, synthetic_speed
from tests.report.synthetic import MACHINE

ROOT = Path(__file__).resolve().parents[2]
EXPLORER = ROOT / "docs" / "explorer"
SAME = 1e-5
"""The data has six digits."""

Tables = dict[tuple[str, str], dict[str, list[Any]]]


def tables_of(run: dict[str, Any]) -> Tables:
    """The rows by metric and condition, and then by arm."""
    return {
        (table["metric"], table["at"]): {row[0]: row for row in table["rows"]}
        for table in run["tables"]
    }


@cache
def committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / DATA).read_text("utf-8"))
    return found


def run_of(found: Found[Any]) -> Tables:
    """The tables of a committed run."""
    (run,) = (each for each in committed()["runs"] if each["id"] == found.run.name)
    return tables_of(run)


def assert_shows(row: list[Any], expected: Estimate | Percentile) -> None:
    ends = (expected.value, expected.low, expected.high)
    assert row[1:4] == [pytest.approx(each, rel=SAME) for each in ends]


def test_a_run_of_speed_is_shown_as_it_is_analysed(project: Path) -> None:
    data = json.loads(render_explorer(project)[DATA])
    (run,) = data["runs"]
    figures = SpeedFigures(read_run(project / RESULTS / run["id"]), ())
    tables = tables_of(run)
    for load, room in figures.costs:
        shown = tables["cost", f"{load}-{room}"]
        assert list(shown) == figures.arms
        for arm in figures.arms:
            cost = figures.cost((load, room), arm)
            assert cost is not None
            assert_shows(shown[arm], cost)
            assert shown[arm][4] == figures.messages((load, room), arm)
    (table,) = (
        each for each in run["tables"] if (each["metric"], each["at"]) == ("cost", "65-100")
    )
    for (above, below), pair in zip(combinations(figures.arms, 2), table["pairs"], strict=True):
        ratio = figures.ratio(("65", 100), above, below)
        assert ratio is not None
        assert pair[0] == pytest.approx(ratio.value, rel=SAME)
        assert [pair[0] / pair[1], pair[0] * pair[1]] == [
            pytest.approx(ratio.low, rel=2 * SAME), pytest.approx(ratio.high, rel=2 * SAME)
        ]  # fmt: skip
    latency = figures.latency("asgi-uvicorn", "65", 0.5)
    assert isinstance(latency, Percentile)
    row = tables["latency-p50", "65-100"]["asgi-uvicorn"]
    assert row[1] == pytest.approx(latency.value / 1000, rel=SAME)
    assert data["arms"]["fastapi-uvicorn-memory#2"] == data["arms"]["fastapi-uvicorn-memory"]


def test_a_percentile_of_too_few_messages_has_its_reason_and_no_figure(project: Path) -> None:
    observed = synthetic_speed.observations()
    few = [each for each in observed if getattr(each, "start", 1) == 1 or not _is_window(each)]
    synthetic_speed.write(project, "2026-02-01T000000Z-quick", few)
    run = json.loads(render_explorer(project)[DATA])["runs"][0]
    row = tables_of(run)["latency-p99", "65-100"]["asgi-uvicorn"]
    assert row[1] is None
    assert row[5].startswith("p99 needs about ")


def _is_window(observed: Observation) -> bool:
    return hasattr(observed, "worst_us")


def test_an_arm_that_could_not_be_measured_has_its_reason(tmp_path: Path) -> None:
    reason = "http://127.0.0.1:40201 cannot be joined"
    failed = Failed(experiment="growth", arm="asgi-uvicorn", at_s=1.0, reason=reason)
    arms = [test_growth.ARM, failed.arm]
    synthetic.write_run(tmp_path, "growth", arms, [*test_growth.made_up(1.0), failed])
    (run,) = json.loads(render_explorer(tmp_path)[DATA])["runs"]
    assert run["failed"] == {failed.arm: "the server cannot be joined"}


def test_capacity_and_growth_are_shown_as_they_are_analysed(tmp_path: Path) -> None:
    windows, slots = test_capacity.made_up(), test_growth.made_up(1.0)
    synthetic.write_run(tmp_path, "capacity", [test_capacity.ARM], windows)
    synthetic.write_run(tmp_path, "growth", [test_growth.ARM], slots)
    runs = json.loads(render_explorer(tmp_path)[DATA])["runs"]
    shown = {key: rows for run in runs for key, rows in tables_of(run).items()}
    found = capacities(windows)[test_capacity.ARM]
    room = windows[0].room
    assert shown["capacity", str(room)][test_capacity.ARM][1] == pytest.approx(
        room * found.value, rel=SAME
    )
    for members, cost in growths(slots)[test_growth.ARM].along("members").items():
        assert_shows(shown["growth", f"members-text-{members}"][test_growth.ARM], cost)


def _scale(found: Found[ScaleSlot]) -> Iterator[tuple[str, str, str, float]]:
    for arm, each in scales(found.entries).items():
        for workers in each.workers:
            yield "processes-cost", str(workers), arm, each.cost(workers).value
            yield "processes-reached", str(workers), arm, 100 * each.reached(workers).share
        yield "processes-growth", "2", arm, each.ratio(2).value


def _connections(found: Found[ConnectionsEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        yield "memory", "idle", entry.arm, connections.process_kib(entry)
        coming = connections.coming(entry, "guest")
        assert coming is not None
        yield "handshake", "guest", entry.arm, coming.cpu_ms


def _loss(found: Found[LossEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        for number_, case in enumerate(entry.cases, start=1):
            yield "dropped", str(number_), entry.arm, dropped(case)


def _busy(found: Found[BusyEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        for case in entry.cases:
            yield "busy-own", case.how, entry.arm, 1000 * case.busy_member_waited_s


def _network(found: Found[NetworkEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        for number_, case in enumerate(entry.cases, start=1):
            came = sum(each.live + each.replayed for each in case.received)
            yield "network-came", str(number_), entry.arm, 100 * came / (8 * case.sent)
            heard = [each.heard_after_s for each in case.outages if each.heard_after_s is not None]
            if heard:
                yield "network-heard", str(number_), entry.arm, median(heard)


def _rolling(found: Found[RollingEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        longest = max(each for member in entry.members for each in member.away_s)
        yield "rolling-longest", "3", entry.arm, longest
        lost, due = sum(each.lost for each in entry.members), entry.sent - entry.untaken
        yield "rolling-lost", "3", entry.arm, 100 * lost / due / len(entry.members)


def _soak(found: Found[SoakEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        yield "soak-deaf", "shortened", entry.arm, len(entry.deaf)


def _survival(found: Found[SurvivalEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        yield "survival-wrong", "all", entry.arm, len(entry.violations)


def _images(found: Found[ImagesEntry]) -> Iterator[tuple[str, str, str, float]]:
    for entry in found.entries:
        for each in entry.runs:
            memory = max(0.0, each.peak_mib - each.before_mib)
            yield "images-memory", str(each.images), entry.arm, memory


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        (NetworkEntry, _network),
        (RollingEntry, _rolling),
        (SoakEntry, _soak),
        (SurvivalEntry, _survival),
        (ImagesEntry, _images),
        (ScaleSlot, _scale),
        (ConnectionsEntry, _connections),
        (LossEntry, _loss),
        (BusyEntry, _busy),
    ],
)
def test_the_committed_figures_are_the_analysis(
    kind: type[Any], figures: Callable[[Found[Any]], Iterator[tuple[str, str, str, float]]]
) -> None:
    found = newest(ROOT, kind)
    assert found is not None
    tables = run_of(found)
    checked = list(figures(found))
    assert checked
    for metric, at, arm, value in checked:
        assert tables[metric, at][arm][1] == pytest.approx(value, rel=SAME), (metric, at, arm)


def test_a_committed_history_is_the_analysis() -> None:
    found = newest(ROOT, HistorySlot)
    if found is None:
        pytest.skip("no run of history is committed")
    kinds = HistorySlot | HistoryWindow | HistoryAcks
    histories = Histories([each for each in found.run.observations if isinstance(each, kinds)])
    shown = run_of(found)["history-cost", "10"]
    for arm in histories.arms:
        for way in histories.ways(arm):
            cost = histories.cost(arm, way)
            assert cost is not None
            assert_shows(shown[f"{arm}@{way.name}"], cost)


def test_the_committed_data_is_small_and_leads_to_files_and_headings() -> None:
    assert (ROOT / DATA).stat().st_size <= LIMIT
    for run in committed()["runs"]:
        assert (ROOT / run["raw"]).is_file()
        assert (ROOT / run["info"]).is_file()
        for table in run["tables"]:
            assert {row[0] for row in table["rows"]} <= committed()["arms"].keys()
    for metric in committed()["metrics"]:
        name, _, slug = metric["page"].partition("#")
        headings = render((ROOT / "docs" / name).read_text("utf-8"), lambda href: href).headings
        assert slug in {each.slug for each in headings}, metric["page"]


def test_too_much_data_has_fewer_old_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = "2026-02-01T000000Z-quick"
    synthetic_speed.write(project, newer)
    whole = render_explorer(project)[DATA]
    assert len(json.loads(whole)["runs"]) == 2
    monkeypatch.setattr(page, "LIMIT", len(whole) - 1)
    (run,) = json.loads(render_explorer(project)[DATA])["runs"]
    assert run["id"] == f"{MACHINE}/{newer}"


def test_the_explorer_rounds_as_the_pages_do() -> None:
    values = [
        0.0,
        0.000123,
        0.0123,
        0.9996,
        1.5,
        9.996,
        12.34,
        99.96,
        100.4,
        999.6,
        1234.6,
        98765.0,
    ]
    program = f"""
        import {{ factor, number }} from {json.dumps((EXPLORER / "words.js").as_uri())};
        const values = {json.dumps(values)};
        console.log(JSON.stringify([values.map(number), values.map(factor)]));
    """
    answer = run_node("--input-type=module", "--eval", program)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == [[number(v) for v in values], [factor(v) for v in values]]
