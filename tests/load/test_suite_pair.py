"""Two chats in turns under one load: in the data plane, without the web UI, and in it."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Page, expect

from bench.envelope.locust import LocustRun
from bench.envelope.run import read_run
from bench.experiments.ceiling import relay_process
from bench.experiments.client_page.chromium import chromium
from bench.load.options import STACKS_VARIABLE, Options
from bench.load.plane import Plane
from bench.load.suite import thresholds
from bench.load.suite.options import unfit
from bench.load.suite.pair import LONGEST_S, TURN_S, Side, take_turn
from bench.load.suite.stacks import RunningStack, encode
from bench.load.suite.timeline import Timeline
from bench.stack.ports import free_port
from tests.browser.axe import found_by_axe
from tests.load.relays import StalledRoom, TestedRelay, relay
from tests.load.test_locust_cli import LOCUST, WAIT_S, WebUI, awaited, table, web_ui
from tests.load.test_plane import data_plane
from tests.on_uvloop import on_uvloop

ONE, OTHER = "channels-uvicorn-memory", "fastapi-uvicorn-memory"
PATIENCE_MS = 60_000
"""Seconds must pass until there are points."""
NO_BRIDGE: Any = None
"""A chat's turn needs the data plane alone."""


def side(arm: str, server: TestedRelay, rate: float = 50.0) -> Side:
    options = Options(server.url, arm, group=arm, rate=rate)
    stack = RunningStack(server.url, {"servers": [os.getpid()]})
    return Side(NO_BRIDGE, options, stack, Timeline(1))


async def enter(plane: Plane, chat: Side, members: int) -> None:
    for number in range(members):
        options, name = chat.options, f"u{number}"
        await plane.join(options.url, "r0", name, talks=True, group=options.group, kind="Chatter")


async def turn_of(plane: Plane, chat: Side) -> int:
    """One turn, which is counted; returns the latencies that Locust's table gets."""
    order, taken = await take_turn(plane, chat, 0.5)
    if taken is None:
        return 0
    turn, window, arrived = taken
    chat.add(order, turn, window)
    return sum(each.size for each in arrived.values())


@on_uvloop
async def test_each_turn_counts_at_its_own_chat_and_ends_when_all_has_arrived() -> None:
    async with relay() as one, relay() as other, data_plane() as plane:
        first, second = side(ONE, one), side(OTHER, other)
        await enter(plane, first, 3)
        await enter(plane, second, 2)
        heard = {chat.arm: 0 for chat in (first, second)}
        for _ in range(4):
            for chat in (second, first):
                heard[chat.arm] += await turn_of(plane, chat)
    for chat, members in ((first, 3), (second, 2)):
        tally = chat.report.tally
        # 50 messages a second of each member, in four turns of a tenth of a second.
        assert tally.sent == round(4 * 50 * members * TURN_S)
        assert tally.delivered == tally.expected == members * tally.sent == heard[chat.arm]
        assert chat.report.latency.count == tally.delivered
        assert tally.unexpected == tally.lost == 0
        chat.add_point(busy=0.5)
        (point,) = chat.timeline.points
        assert point.expected == pytest.approx(50 * members**2, rel=0.01)
        assert 0 < point.delivered <= point.expected
        assert 4 * TURN_S <= point.seconds < 10
        assert (point.cpu_per_delivery_us or 0) > 0


@on_uvloop
async def test_what_a_chat_keeps_back_is_its_own_loss() -> None:
    async with relay(StalledRoom) as stalled, relay() as sound, data_plane() as plane:
        first, second = side(ONE, stalled), side(OTHER, sound)
        for chat in (first, second):
            await enter(plane, chat, 2)
            await turn_of(plane, chat)
        room = stalled.rooms["r0"]
        assert isinstance(room, StalledRoom)
        room.go_on()
        heard = await turn_of(plane, second)
    assert first.report.tally.lost_by_cause == {"silent": first.report.tally.expected}
    assert first.report.tally.delivered == 0
    assert second.report.tally.lost == second.report.tally.unexpected == 0
    assert heard == second.report.tally.delivered / 2


@on_uvloop
async def test_nobody_to_talk_is_no_turn() -> None:
    async with relay() as server, data_plane() as plane:
        chat = side(ONE, server)
        assert await turn_of(plane, chat) == 0
        assert chat.report.tally.sent == 0


@pytest.mark.parametrize(
    ("rate", "talkers", "part", "messages", "seconds"),
    [
        (10.0, 100, 0.0, 100, TURN_S),
        (1.0, 10, 0.0, 3, 0.3),  # a few messages take longer
        (0.5, 1, 0.4, 0, LONGEST_S),  # half a message a turn: in half of the turns
        (0.5, 1, 0.6, 1, LONGEST_S),
        (0.0, 10, 0.9, 0, TURN_S),
    ],
)
def test_a_turn_has_the_messages_of_its_time(
    rate: float, talkers: int, part: float, messages: int, seconds: float
) -> None:
    server: Any = SimpleNamespace(url="http://127.0.0.1:1")
    order = side(ONE, server, rate).order(talkers, part)
    assert order.messages == messages
    assert order.seconds == pytest.approx(seconds)


class Reads:
    takes_turns = True


class Sleeps:
    takes_turns = False


ALONE = SimpleNamespace(runner=SimpleNamespace(worker_index=0))
MASTER = SimpleNamespace(runner=SimpleNamespace())


@pytest.mark.parametrize(
    ("environment", "classes", "arm", "against", "words"),
    [
        (ALONE, [Reads], ONE, OTHER, None),
        (MASTER, [Sleeps], ONE, "", None),
        (ALONE, [Reads], ONE, ONE, f"--against is the first chat, {ONE}: choose another"),
        (ALONE, [Reads], "", ONE, "--against needs an arm as the first chat, too"),
        (MASTER, [Reads], ONE, OTHER, "--against works in one Locust process"),
        (ALONE, [Reads, Sleeps], ONE, OTHER, "Sleeps cannot be in a test with --against"),
    ],
)
def test_two_chats_that_cannot_take_turns_are_a_sentence(
    environment: Any, classes: list[Any], arm: str, against: str, words: str | None
) -> None:
    found = unfit(environment, classes, arm, against)
    assert found is None if words is None else words in str(found)


@pytest.fixture
def stacks(relay_url: str) -> Iterator[str]:
    """Two relays, which the form offers as two arms; this process stands for their servers."""
    with relay_process(frozenset(), one_by_one=True) as other:
        pids = {"servers": [os.getpid()]}
        yield encode({ONE: RunningStack(relay_url, pids), OTHER: RunningStack(other, pids)})


def headless(stacks: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(*LOCUST, "--headless", "--users", "4", "--spawn-rate", "100", "--room-size", "4"),
            *("--rate", "20", "--only-summary", *words),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {STACKS_VARIABLE: stacks},
    )


def test_headless_both_chats_get_the_same_load(stacks: str, tmp_path: Path) -> None:
    prefix = str(tmp_path / "run")
    files = ("--csv", prefix, "--json-file", prefix, "--html", f"{prefix}.html")
    limits = ("--max-p99", "0.001", "--max-loss", "0")
    run = headless(
        stacks, "--against", OTHER, "--run-time", "12", *files, *limits, "Chatter", "Reconnector"
    )
    assert run.returncode == thresholds.EXIT_CODE, run.stderr
    for arm in (ONE, OTHER):
        assert f"{arm}: The p99 is " in run.stderr
    assert "--max-loss allows" not in run.stderr
    with (tmp_path / "run_stats.csv").open() as file:
        rows = {row["Name"]: int(row["Request Count"]) for row in csv.DictReader(file)}
    ledger = json.loads((tmp_path / "run_deliveries.json").read_text("utf-8"))
    first, second, both = ledger
    assert [row["arm"] for row in ledger] == [ONE, OTHER, "both"]
    for row in (first, second):
        counted = [rows[f"delivery {name} {row['arm']}"] for name in ("Chatter", "Reconnector")]
        assert row["delivered"] == row["expected"] == sum(counted) > 500
        assert row["lost"] == row["unexpected"] == 0
        # Each user is in both chats.
        assert rows[f"connect Chatter {row['arm']}"] == 2
    assert both["sent"] == first["sent"] + second["sent"]
    assert first["sent"] == pytest.approx(second["sent"], rel=0.2)
    for words in ("Latency, p99 (ms): ", "CPU for a delivery (µs): "):
        line = f"{ONE} and {OTHER} in turns, {words}"
        assert re.search(re.escape(line) + r"(the same|no difference|the second)", run.stdout)
        assert line in (tmp_path / "run.html").read_text("utf-8")
    assert "Traceback" not in run.stderr + run.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--against", ONE, "Chatter"), f"--against is the first chat, {ONE}"),
        (("--against", OTHER, "SlowReader"), "SlowReader cannot be in a test with --against"),
    ],
)
def test_headless_a_wrong_second_chat_is_a_sentence(
    stacks: str, words: tuple[str, ...], said: str
) -> None:
    run = headless(stacks, "--run-time", "1", *words)
    assert run.returncode == 1
    assert said in run.stderr + run.stdout
    assert "Traceback" not in run.stderr + run.stdout


def test_a_server_that_dies_ends_the_test_of_both_and_both_runs_are_kept() -> None:
    port = free_port()
    command = [sys.executable, "-m", "bench.cli", "locust", "picows", OTHER, "--web-port"]
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL) as process:
        try:
            ui = WebUI(port)
            ui.template_args()
            ui.swarm(user_classes="Chatter", against=OTHER, room_size=2, rate=20)
            awaited(lambda: len(timeline(ui)["points"]) > 1)
            (server,) = [
                child
                for child in psutil.Process(process.pid).children(recursive=True)
                if "bench.baselines.serve" in child.cmdline()
            ]
            server.kill()
            awaited(lambda: ui.stats()["state"] == "stopped")
            told = "A process of picows (servers) has ended"
            assert any(told in notice for notice in timeline(ui)["notices"])
            *sides, both = table(ui.stats())
            assert told in both["note"]
            assert all(row["delivered"] for row in sides)
            names = [run["name"] for run in timeline(ui)["runs"]]
            assert [name.partition(",")[0] for name in names] == [
                f"1: picows in turns with {OTHER}",
                f"2: {OTHER} in turns with picows",
            ]
        finally:
            process.terminate()
            process.wait(timeout=WAIT_S)


def timeline(ui: WebUI) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{ui.url}/chat/timeline").json()
    return found


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as running:
        page = running.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        yield page


def test_a_person_sees_two_chats_in_one_picture(stacks: str, page: Page, tmp_path: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with web_ui("--class-picker", "--results", str(tmp_path), **{STACKS_VARIABLE: stacks}) as (
        ui,
        _,
    ):
        ui.template_args()
        page.goto(ui.url)
        page.locator("select[name=against]").select_option(ONE)
        page.locator("input[name=userCount]").fill("4")
        page.locator("input[name=spawnRate]").fill("100")
        page.locator("input[name=rate]").fill("20")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text(f"--against is the first chat, {ONE}").first).to_be_visible()
        page.locator("select[name=against]").select_option(OTHER)
        page.get_by_role("button", name="Start").click()

        page.get_by_role("tab", name="Live", exact=True).click()
        live = page.locator("#chat-live")
        expect(live.get_by_role("heading").first).to_have_text(f"{ONE} and {OTHER}")
        for chart, lines in (("p99.9", 2), ("Deliveries (", 4), ("CPU for a delivery", 2)):
            figure = live.locator("figure").filter(has_text=chart)
            expect(figure.locator("path[class^=line-]")).to_have_count(lines)
        latency = live.locator("figure").first
        for line, arm in enumerate((ONE, OTHER)):
            expect(latency.locator(f"li.line-{line}")).to_contain_text(re.compile(arm + r" \d"))
            drawn = latency.locator(f"path.line-{line}")
            expect(drawn).to_have_attribute("d", re.compile("(L.*){3}"), timeout=PATIENCE_MS)
        pair = page.get_by_role("region", name="Two chats in turns")
        ratio = pair.get_by_role("row").filter(has_text="Latency, p50 (ms)")
        words = re.compile("the same within|no difference|the second has")
        expect(ratio).to_contain_text(words, timeout=PATIENCE_MS)
        lost = pair.get_by_role("row", name=re.compile("^lost"))
        expect(lost.get_by_role("cell")).to_have_text(["0", "0"])
        for width in (1440, 400):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert found_by_axe(page, "#chat-live") == []
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Save as result").click()
        expect(live).to_contain_text(f"Saved in {tmp_path}/")
        compared = page.get_by_role("region", name="Two runs compared")
        expect(compared).to_contain_text(words)
        expect(page.get_by_label("First run")).to_have_value("1")
        names = [f"1: {ONE} in turns with {OTHER}", f"2: {OTHER} in turns with {ONE}"]
        options = page.get_by_label("Second run").locator("option")
        expect(options).to_contain_text(names)
        *sides, both = awaited(lambda: table(ui.stats()))
        assert [row["arm"] for row in sides] == [ONE, OTHER]
        assert both["delivered"] == sum(row["delivered"] for row in sides)
    assert errors == []
    (saved,) = tmp_path.glob("*/*-locust")
    results = read_run(saved).observations
    assert all(isinstance(each, LocustRun) for each in results)
    assert [each.arm for each in results] == [ONE, OTHER]
    assert [each.delivered for each in results if isinstance(each, LocustRun)] == [
        row["delivered"] for row in sides
    ]
