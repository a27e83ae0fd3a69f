"""The explorer: filter, baseline, order, runs, address, CSV; and that it fits and is accessible."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page, expect

from bench.analysis.speed import SpeedFigures
from bench.analysis.wording import factor
from bench.envelope.kinds import AnyObservation
from bench.envelope.observation import Cpu
from bench.envelope.run import Run
from bench.envelope.speed import Slot
from bench.report.explorer import DATA, render_explorer
from bench.up.companion_process import CompanionProcess
from tests.browser.axe import found_by_axe
from tests.browser.conftest import Person
from tests.browser.looks import WIDTHS, Look, looks_wrong
from tests.report import synthetic_speed

BringPerson = Callable[..., Person]

DOCS = Path(__file__).resolve().parents[2] / "docs"
BASELINE, SAME, DEARER = (
    "fastapi-uvicorn-memory",
    "fastapi-uvicorn-memory#2",
    "channels-uvicorn-memory",
)
CHANGED = "asgi-uvicorn"
"""An arm that costs half as much again in the second run."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the companion serves the explorer, with its strict policy."""
    with CompanionProcess() as companion:
        companion.start({}, [companion.origin])
        companion.wait_until_healthy()
        yield f"{companion.url}/docs/explorer/"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The first of two made-up runs."""
    root = tmp_path_factory.mktemp("project")
    found = synthetic_speed.write(root)
    changed = [_dearer(each) for each in synthetic_speed.observations()]
    synthetic_speed.write(root, "2026-02-01T000000Z-quick", changed)
    return found


def _dearer(observed: AnyObservation) -> AnyObservation:
    if isinstance(observed, Slot) and observed.arm == CHANGED:
        return replace(observed, cpu=Cpu(servers_s=1.5 * observed.cpu.servers_s))
    return observed


@pytest.fixture
def page(person: BringPerson, run: Run, address: str) -> Page:
    """The explorer with the made-up runs."""
    data = render_explorer(run.path.parents[3])[DATA]
    page = person(accept_downloads=True).page
    page.route("**/data.json", lambda route: route.fulfill(body=data))
    page.goto(f"{address}?run={run.name}")
    expect(rows(page)).to_have_count(len(synthetic_speed.COSTS))
    return page


def rows(page: Page) -> Locator:
    return page.locator("tbody tr")


def row(page: Page, arm: str) -> Locator:
    return rows(page).filter(has=page.get_by_role("button", name=f"Baseline {arm}", exact=True))


def arms(page: Page) -> list[str]:
    return rows(page).locator("code").all_inner_texts()


def test_a_baseline_makes_ratios_of_all_figures(page: Page, run: Run, tmp_path: Path) -> None:
    assert arms(page)[0] == "asgi-uvicorn"
    page.get_by_role("button", name=f"Baseline {BASELINE}", exact=True).click()
    ratio = SpeedFigures(run, ()).ratio(("65", 100), DEARER, BASELINE)
    assert ratio is not None
    words = f"{factor(ratio.value)} ({factor(ratio.low)}–{factor(ratio.high)})"
    expect(row(page, DEARER).locator("td.main .text")).to_have_text(words)
    expect(row(page, DEARER)).to_contain_text("worse")
    expect(row(page, SAME)).to_contain_text("no difference shown")
    expect(page.locator("#summary")).to_contain_text("Noise: 1 of 6 differences.")
    assert arms(page)[0] == BASELINE

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download CSV").click()
    file = tmp_path / "figures.csv"
    downloading.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as text:
        found = {each["arm"]: each for each in csv.DictReader(text)}
    assert found.keys() == synthetic_speed.COSTS.keys()
    assert float(found[DEARER]["ratio_high"]) == pytest.approx(ratio.high, rel=1e-4)
    assert found[SAME]["verdict"] == "noise"
    assert (run.path.parents[3] / found[SAME]["raw"]).is_file()


def test_all_conditions_beside_each_other(page: Page, run: Run, tmp_path: Path) -> None:
    page.locator("#at").select_option("all")
    page.locator("#baseline").select_option(BASELINE)
    figures = SpeedFigures(run, ())
    expect(page.get_by_role("columnheader")).to_have_count(1 + len(figures.costs))
    ratio = figures.ratio(("65", 100), DEARER, BASELINE)
    assert ratio is not None
    cell = row(page, DEARER).locator("td").first
    expect(cell.locator("b")).to_have_text(factor(ratio.value))
    expect(cell).to_have_attribute("title", "worse")
    page.reload()
    expect(row(page, SAME).locator("[data-verdict=noise]").first).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download CSV").click()
    file = tmp_path / "figures.csv"
    downloading.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as text:
        found = list(csv.DictReader(text))
    assert len(found) == len(figures.costs) * len(synthetic_speed.COSTS)
    assert len({each["condition"] for each in found}) == len(figures.costs)


def test_filter_order_and_address(page: Page) -> None:
    page.get_by_role("group", name="Framework").get_by_label("FastAPI").check()
    assert set(arms(page)) == {each for each in synthetic_speed.COSTS if "fastapi" in each}
    page.locator("#metric").select_option(label="Latency, p50")
    page.locator("#baseline").select_option("fastapi-uvicorn-redis")
    heading = page.get_by_role("columnheader", name="Arm")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(heading.get_by_role("button")).to_be_focused()
    assert arms(page) == ["fastapi-uvicorn-redis", SAME, BASELINE]

    shown = page.locator("table").inner_text()
    page.reload()
    expect(page.locator("table")).to_have_text(shown, use_inner_text=True)
    expect(page.locator("#metric")).to_have_value("latency-p50")
    page.go_back()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Reset").click()
    expect(rows(page)).to_have_count(len(synthetic_speed.COSTS))


def test_two_runs_side_by_side(page: Page) -> None:
    page.locator("#compare").select_option(label="quick, 2026-01-01 00:00")
    expect(page.locator("#summary")).to_contain_text("Noise: 6 of 7 differences.")
    expect(row(page, CHANGED)).to_contain_text("worse")
    expect(row(page, CHANGED).locator("td.main b")).to_have_text("1.50")
    expect(row(page, DEARER)).to_contain_text("no difference shown")
    page.get_by_role("button", name=f"Baseline {CHANGED}", exact=True).click()
    expect(page.locator("#summary")).to_contain_text("Noise: 0 of 6 differences.")


def test_the_committed_figures_fit_and_are_accessible(
    person: BringPerson, address: str, looks: list[Look], pytestconfig: pytest.Config
) -> None:
    """Axe looks at every cell, so each view has one look but with --all-arms."""
    page = person(reduced_motion="reduce").page
    data = json.loads((DOCS / "explorer" / "data.json").read_text("utf-8"))
    baseline = data["runs"][0]["tables"][0]["rows"][0][0]
    narrow, wide = looks[:1], looks[-1:]
    page.goto(f"{address}?run={data['runs'][0]['id']}")
    expect(page.locator("#method")).to_be_visible()
    every = pytestconfig.getoption("--all-arms")
    assert looks_wrong(page, looks if every else narrow) == []
    page.locator("#baseline").select_option(baseline)
    expect(page.locator("td .verdict").first).to_be_visible()
    assert looks_wrong(page, looks) == []
    page.locator("#at").select_option("all")
    expect(page).to_have_url(re.compile("at=all"))
    for width, theme in looks if every else wide:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert found_by_axe(page) == []
    for width in WIDTHS:  # the table scrolls in its place, and the page does not
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_any_file_server_is_enough(person: BringPerson) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=DOCS)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = person().page
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        origin = f"http://127.0.0.1:{server.server_port}/"
        page.goto(f"{origin}explorer/")
        expect(page.locator("tbody tr").first).to_be_visible()
        server.shutdown()
    assert all(each.startswith(origin) for each in asked)
