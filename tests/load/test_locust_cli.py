"""The suite in Locust itself: headless, in the web UI, and with a master and workers."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.load.suite import thresholds
from bench.stack.ports import free_port

LOCUST = (sys.executable, "-m", "locust", "-f", "bench/locustfile.py")
WITH_SHAPES = (*LOCUST[:-1], "bench/locustfile.py,bench/load/suite/shapes.py")
WAIT_S = 90.0


@contextmanager
def locust(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*LOCUST, *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[str]) -> str:
    """The output of Locust after SIGTERM has ended it."""
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=WAIT_S)
    return out


def awaited(ask: Callable[[], Any]) -> Any:
    """The first non-empty answer of a server that may not run yet."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            if answer := ask():
                return answer
        except httpx.TransportError:
            pass
        time.sleep(0.1)  # the servers that are asked need the processor
    raise AssertionError(f"nothing within {WAIT_S:g} s")


class WebUI:
    """Locust's web UI as a browser uses it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def template_args(self) -> dict[str, Any]:
        page = awaited(lambda: httpx.get(self.url).text)
        found = re.search(r"window.templateArgs = (.*)", page)
        assert found is not None
        args: dict[str, Any] = json.loads(found[1])
        return args

    def swarm(self, **fields: Any) -> None:
        form = {"user_count": 4, "spawn_rate": 100, **fields}
        answer = httpx.post(f"{self.url}/swarm", data=form).json()
        assert answer["success"], answer

    def stop(self) -> None:
        assert httpx.post(f"{self.url}/stop", timeout=WAIT_S).json()["success"]

    def reset(self) -> None:
        assert httpx.post(f"{self.url}/stats/reset").text == "ok"

    def assert_refused(self, fields: dict[str, Any], words: str) -> None:
        form = {"user_count": 4, "spawn_rate": 100, **fields}
        answer = httpx.post(f"{self.url}/swarm", data=form).json()
        assert not answer["success"]
        assert words in answer["message"]

    def assert_both_tables_agree(self) -> None:
        """Locust's table has exactly the deliveries of ours, and all are accounted for."""

        def agreed() -> bool:
            # A worker's last report comes some seconds after the stop, and Locust shows its own
            # table as it was up to two seconds ago: after a reset, without a row.
            stats = self.stats()
            total = table(stats)[-1]
            rows = [row for row in stats["stats"] if row["name"].startswith("delivery")]
            if len(rows) != 1:
                return False
            (row,) = rows
            return bool(
                row["num_requests"] == total["delivered"] == 2 * total["sent"]
                and row["num_failures"] == total["lost"] == total["owed"] == 0
            )

        awaited(agreed)

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = httpx.get(f"{self.url}/stats/requests").json()
        return stats

    def delivered(self) -> dict[str, Any]:
        """The table's last row, when it has deliveries and Locust's own table has them, too."""

        def ask() -> dict[str, Any] | None:
            stats = self.stats()
            own = {entry["name"]: entry["num_requests"] for entry in stats["stats"]}
            last = table(stats)[-1]
            counted = any(name.startswith("delivery") for name in own)
            return last if last["delivered"] and counted else None

        found: dict[str, Any] = awaited(ask)
        return found


def table(stats: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the tab "Deliveries"; Locust's first answers have none."""
    tables = {each["key"]: each["data"] for each in stats.get("extended_stats", [])}
    rows: list[dict[str, Any]] = tables.get("deliveries", [{"delivered": 0}])
    return rows


@contextmanager
def web_ui(*arguments: str, **environment: str) -> Iterator[tuple[WebUI, subprocess.Popen[str]]]:
    port = free_port()
    with locust("--web-port", str(port), *arguments, **environment) as process:
        yield WebUI(port), process


@contextmanager
def worker_of(master: WebUI, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that starts once its master answers, and so does not ask in vain."""
    awaited(master.stats)
    with locust(*arguments) as process:
        yield process


def test_headless_counts_deliveries_and_connects(relay_url: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(*WITH_SHAPES, "--headless", "--users", "4", "--spawn-rate", "100"),
            *("--run-time", "2", "--host", relay_url, "--room-size", "2", "--rate", "20"),
            *("--only-summary", "--csv", str(tmp_path / "run"), "Chatter"),
            *("--json-file", str(tmp_path / "run"), "--html", str(tmp_path / "run.html")),
            *("--max-p99", "0.001", "--max-loss", "0"),
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert run.returncode == thresholds.EXIT_CODE, run.stderr
    assert "--max-p99 allows 0.001 ms." in run.stderr
    assert "--max-loss" not in run.stderr
    with (tmp_path / "run_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert rows["connect Chatter"]["Request Count"] == "4"
    assert int(rows["delivery Chatter"]["Request Count"]) > 50
    assert rows["delivery Chatter"]["Failure Count"] == "0"
    assert "Traceback" not in run.stderr
    (kept,) = json.loads((tmp_path / "run_deliveries.json").read_text("utf-8"))
    assert kept["delivered"] == kept["expected"] == int(rows["delivery Chatter"]["Request Count"])
    with (tmp_path / "run_deliveries.csv").open() as file:
        (line,) = csv.DictReader(file)
    assert line == {name: str(value) for name, value in kept.items()}
    assert f"<td>{kept['delivered']}</td>" in (tmp_path / "run.html").read_text("utf-8")
    assert f"{kept['delivered']:,} delivered" in run.stdout


def test_each_class_of_users_has_rows_of_its_own(relay_url: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(*LOCUST, "--headless", "--users", "6", "--spawn-rate", "100"),
            *("--run-time", "2", "--host", relay_url, "--room-size", "4", "--rate", "20"),
            *("--csv", str(tmp_path / "run"), "--json-file", str(tmp_path / "run")),
            *("--html", str(tmp_path / "run.html"), "Chatter", "Echo", "Idle"),
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    with (tmp_path / "run_stats.csv").open() as file:
        rows = {row["Name"]: int(row["Request Count"]) for row in csv.DictReader(file)}
    classes = ("Chatter", "Echo", "Idle")
    names = [f"{what} {each}" for what in ("connect", "delivery") for each in classes]
    assert set(rows) == {*names, "Aggregated"}
    assert [rows[f"connect {each}"] for each in classes] == [2, 2, 2]
    (kept,) = json.loads((tmp_path / "run_deliveries.json").read_text("utf-8"))
    assert sum(rows[f"delivery {each}"] for each in classes) == kept["delivered"]
    # Two Chatters and two Idle users hear both Chatters, and an Echo hears itself alone.
    assert rows["delivery Chatter"] > rows["delivery Echo"] > 20
    in_json = {each["name"]: each["num_requests"] for each in json.loads(stats_of(tmp_path))}
    assert in_json == {name: rows[name] for name in names}
    page = (tmp_path / "run.html").read_text("utf-8")
    assert all(name in page for name in names)


def stats_of(folder: Path) -> str:
    """The statistics that Locust wrote as JSON."""
    return (folder / "run.json").read_text("utf-8")


def test_a_sample_on_its_way_at_the_end_is_in_both_tables(relay_url: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "-f", "tests/load/slow_locustfile.py"),
            *("--headless", "--users", "2", "--spawn-rate", "100", "--run-time", "2"),
            *("--host", relay_url, "--room-size", "2", "--rate", "20", "--only-summary"),
            *("--csv", str(tmp_path / "run"), "Chatter"),
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    with (tmp_path / "run_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    with (tmp_path / "run_deliveries.csv").open() as file:
        (ledger,) = csv.DictReader(file)
    assert rows["delivery Chatter"]["Request Count"] == ledger["delivered"]
    assert int(ledger["delivered"]) > 50


def test_a_missing_chat_is_a_failure_with_a_sentence(tmp_path: Path) -> None:
    run = subprocess.run(
        [
            *(*LOCUST, "--headless", "--users", "1", "--spawn-rate", "1", "--run-time", "1"),
            *("--host", "http://127.0.0.1:1", "Echo"),
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert run.returncode == 1
    assert "http://127.0.0.1:1 cannot be joined: connection refused" in run.stderr + run.stdout
    assert "Traceback" not in run.stderr


def test_a_sampler_that_fails_ends_the_run_with_an_error(relay_url: str) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "-f", "tests/load/failing_locustfile.py"),
            *("--headless", "--users", "2", "--spawn-rate", "100", "--run-time", "300"),
            *("--host", relay_url, "--room-size", "2", "--only-summary", "Chatter"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = run.stderr + run.stdout
    assert run.returncode == 1, said
    words = "ValueError: operands could not be broadcast"
    assert f"The counts of this run are void: the generator failed ({words})." in said
    assert "Traceback" not in said


def test_the_web_ui_shows_the_arguments_and_a_run_survives_start_stop_start(relay_url: str) -> None:
    arms = json.dumps({"picows": relay_url})
    with web_ui("--class-picker", CHATBENCH_STACKS=arms) as (ui, process):
        args = ui.template_args()
        assert args["host"] == relay_url
        assert {"Chatter", "Echo", "Idle", "PhotoSender", "SignedIn"} < set(args["users"])
        assert args["extra_options"]["arm"]["choices"] == ["picows"]
        assert {"room_size", "rate", "payload", "rooms"} <= set(args["extra_options"])
        assert [tab["title"] for tab in args["extended_tabs"]] == ["Deliveries", "Live"]

        for rate in (20, 50):
            ui.swarm(user_classes="Chatter", arm="picows", room_size=2, rate=rate)
            row = ui.delivered()
            assert (row["lost"], row["duplicates"], row["reordered"]) == (0, 0, 0)
            assert 0 < row["p50"] <= row["p99"] <= row["max"]
            ui.reset()
            assert ui.delivered()["lost"] == 0
            ui.stop()
            ui.assert_both_tables_agree()
        ui.swarm(user_classes="Chatter", arm="picows", room_size=2, rate=20)
        slow = ui.delivered()["sent"]
        ui.assert_refused({"room_size": 3}, "--room-size is 2 in the running test")
        ui.assert_refused({"host": "http://127.0.0.1:1"}, f"--host is {relay_url} in the running")
        ui.swarm(user_classes="Chatter", arm="picows", room_size=2, rate=500)
        awaited(lambda: table(ui.stats())[-1]["sent"] > slow + 2000)
        ui.stop()
        ui.assert_refused({"rate": "inf"}, "--rate takes a number from 0 to 1000, not 'inf'.")
        ui.assert_refused({"room_size": ""}, "--room-size takes a whole number")
        out = ended(process)
    assert process.returncode == 0, out
    assert "Traceback" not in out


def test_master_and_workers_add_up(relay_url: str) -> None:
    port = str(free_port())
    bind = ("--master-bind-host", "127.0.0.1", "--master-bind-port", port)
    join = ("--worker", "--master-host", "127.0.0.1", "--master-port", port)
    with (
        web_ui("--host", relay_url, "--master", *bind, "Chatter") as (ui, master),
        worker_of(ui, *join) as first,
        worker_of(ui, *join) as second,
    ):
        awaited(lambda: ui.stats().get("worker_count") == 2)
        ui.swarm(room_size=2, rate=20)

        def both_reported() -> list[dict[str, Any]] | None:
            rows = table(ui.stats())
            return rows if len(rows) == 3 and all(row["delivered"] for row in rows) else None

        *workers, both = awaited(both_reported)
        assert both["delivered"] == sum(row["delivered"] for row in workers)
        assert both["max"] == max(row["max"] for row in workers)
        assert both["lost"] == both["unexpected"] == 0

        seen = [both["delivered"]]
        ui.reset()

        def counts_anew() -> bool:
            # Locust keeps a table for two seconds, so the first ones may be older than the reset.
            rows = both_reported()
            seen.append(rows[-1]["delivered"] if rows else 0)
            return bool(seen[-1] < seen[-2])

        assert awaited(counts_anew)
        awaited(both_reported)  # so that both tables have something to agree on
        ui.stop()
        ui.assert_both_tables_agree()

        ui.swarm(room_size=2, rate=20)
        awaited(both_reported)
        first.kill()

        def is_told() -> bool:
            *rows, total = table(ui.stats())
            # A busy machine adds that the generator was the limit.
            lost = [row for row in rows if "lost: its last messages are not" in row["note"]]
            return len(lost) == 1 and "partial: 1 worker was lost" in total["note"]

        awaited(is_told)
        outputs = [ended(process) for process in (second, master)]
    assert "Traceback" not in "".join(outputs)


def test_a_server_that_dies_ends_the_test_and_the_ui_keeps_what_was_counted() -> None:
    port = free_port()
    command = [sys.executable, "-m", "bench.cli", "locust", "picows", "--web-port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ui = WebUI(port)
            ui.template_args()
            ui.swarm(user_classes="Chatter", room_size=2, rate=20)
            ui.delivered()
            (server,) = [
                child
                for child in psutil.Process(process.pid).children(recursive=True)
                if "bench.baselines.serve" in child.cmdline()
            ]
            server.kill()
            awaited(lambda: ui.stats()["state"] == "stopped")
            row = table(ui.stats())[-1]
            assert "A process of picows (servers) has ended" in row["note"]
            assert row["delivered"] > 0
            notices = httpx.get(f"{ui.url}/chat/timeline").json()["notices"]
            assert any("picows (servers) has ended" in notice for notice in notices)
        finally:
            process.terminate()
        said, _ = process.communicate(timeout=WAIT_S)
    assert "A process of picows was ended by SIGKILL" in said
    assert "Locust stays up with what it counted" in said
