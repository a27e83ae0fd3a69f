"""Locust's web UI in a browser: the form, the live charts, and the words of a refusal."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from bench.envelope.locust import LocustRun
from bench.envelope.run import read_run
from bench.experiments.client_page.chromium import chromium
from bench.load.options import STACKS_VARIABLE
from tests.browser.axe import found_by_axe
from tests.load.test_locust_cli import WebUI, awaited, web_ui


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as running:
        page = running.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        yield page


def test_a_person_starts_a_test_and_sees_it_live(
    relay_url: str, page: Page, tmp_path: Path
) -> None:
    arms = json.dumps({"gone": "http://127.0.0.1:1", "picows": relay_url})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with web_ui("--class-picker", "--results", str(tmp_path), **{STACKS_VARIABLE: arms}) as (ui, _):
        ui.template_args()
        page.goto(ui.url)
        chosen = page.get_by_role("row").filter(has=page.locator("input:checked"))
        expect(chosen.filter(has_text="Chatter")).to_have_count(1)
        expect(chosen.filter(has_text="Idle")).to_have_count(0)
        page.locator("select[name=arm]").select_option("picows")
        expect(page.locator("input[name=host]")).to_have_value(relay_url)
        page.locator("input[name=userCount]").fill("4")
        page.locator("input[name=spawnRate]").fill("100")
        page.locator("input[name=rate]").fill("20")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("banner")).to_contain_text(relay_url)

        page.get_by_role("tab", name="Live", exact=True).click()
        live = page.locator("#chat-live")
        expect(live.get_by_role("heading")).to_have_text("picows")
        latency = live.locator("figure").first
        expect(latency.locator("path.line-1")).to_have_attribute("d", re.compile("(L.*){2}"))
        expect(latency.locator("li.line-1")).to_contain_text("p99 ")
        assert found_by_axe(page, "#chat-live") == []
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.set_viewport_size({"width": 1440, "height": 900})

        page.get_by_role("tab", name="Deliveries").click()
        expect(live).to_be_hidden()
        expect(page.get_by_role("cell", name="picows")).to_be_visible()
        page.get_by_role("button", name="Edit").click()
        page.get_by_role("button", name="Custom parameters").click()
        page.locator("input[name=roomSize]").fill("7")
        page.get_by_role("button", name="Update").click()
        expect(page.get_by_role("status")).to_contain_text("--room-size is 100 in the running test")
        stop_and_run_again(page, ui)
        page.get_by_role("button", name="Save as result").click()
        expect(page.locator("#chat-live")).to_contain_text(f"Saved in {tmp_path}/")
        (saved,) = tmp_path.glob("*/*-locust")
        (result,) = read_run(saved).observations
        assert isinstance(result, LocustRun)
        assert (result.arm, result.users, result.room_size) == ("picows", {"Chatter": 4}, 100)
        assert result.delivered == result.expected > 0
        compared = page.locator("#chat-live .compared")
        expect(compared.get_by_role("row").nth(1)).to_contain_text("Latency, p50 (ms)")
        expect(page.get_by_label("First run")).to_have_value("1")
        page.get_by_label("First run").select_option("2")
        expect(compared).to_contain_text(re.compile("the same within|too short|not measured"))
        assert found_by_axe(page, "#chat-live") == []
    assert errors == []


def stop_and_run_again(page: Page, ui: WebUI) -> None:
    """A second test with what the form has, which is stopped once it has points."""

    def has_points() -> bool:
        timeline = httpx.get(f"{ui.url}/chat/timeline").json()
        return timeline["state"].startswith("3.") and len(timeline["points"]) > 1

    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="New").click()
    page.locator("select[name=arm]").select_option("picows")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("tab", name="Live", exact=True).click()
    awaited(has_points)
    page.get_by_role("button", name="Stop").click()
