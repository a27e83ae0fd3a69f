"""`python -m bench.load`: cells in, results out, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hdrh.histogram import HdrHistogram

from bench.experiments.ceiling import relay_process

WAIT_S = 90.0
STEP_NAMES = {
    "rate",
    "seconds",
    "sent",
    "expected",
    "ledger",
    "latency_us",
    "lateness_us",
    "delivered_in_window",
    "generator",
}


def cell(url: str, **changes: Any) -> dict[str, Any]:
    load = {"user": "Chatter", "users": 6, "room_size": 3, "rate": 20, "payload": 50}
    return {
        "url": url,
        "load": load | changes.pop("load", {}),
        "warmup_s": 0.1,
        "steps": [{"rate": 20, "seconds": 0.2}, {"rate": 40, "seconds": 0.2}],
        **changes,
    }


@contextmanager
def generator() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def answers(*cells: Any) -> list[dict[str, Any]]:
    """All events for these cells; the process ends with its input, without an error."""
    with generator() as process:
        lines = "".join(
            (asked if isinstance(asked, str) else json.dumps(asked)) + "\n" for asked in cells
        )
        out, err = process.communicate(lines, timeout=WAIT_S)
    assert (process.returncode, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def eventually_empty(url: str) -> bool:
    """Whether the relay's rooms become empty soon: it may still be reading close frames."""
    deadline = time.monotonic() + WAIT_S
    with httpx.Client() as client:
        while time.monotonic() < deadline:
            if client.get(f"{url}/api/rooms").json() == []:
                return True
            time.sleep(0.02)  # the relay needs the processor
    return False


def test_a_cell_is_answered_with_its_events_in_order(relay_url: str) -> None:
    events = answers(cell(relay_url))
    assert [(event["event"], event.get("step")) for event in events] == [
        ("connected", None),
        ("window_start", 0),
        ("window_end", 0),
        ("window_start", 1),
        ("window_end", 1),
        ("result", None),
    ]
    result = events[-1]
    assert result["disconnects"] == []
    assert set(result["generator"]) == {"cpu_s", "busy"}
    for step, start, end in zip(result["steps"], events[1::2], events[2::2], strict=False):
        assert set(step) == STEP_NAMES
        assert step["seconds"] == pytest.approx((end["ns"] - start["ns"]) / 1e9)
        assert step["ledger"]["balanced"]
        assert step["expected"] == 3 * step["sent"] == step["ledger"]["delivered"]
        decoded = HdrHistogram.decode(step["latency_us"]["hdr"])
        assert decoded.get_total_count() == step["expected"]


def test_echo_users_are_alone_and_idle_users_silent(relay_url: str) -> None:
    echo, idle = (
        events
        for events in answers(
            cell(relay_url, load={"user": "Echo"}), cell(relay_url, load={"user": "Idle"})
        )
        if events["event"] == "result"
    )
    assert all(step["expected"] == step["sent"] > 0 for step in echo["steps"])
    assert all(step["sent"] == 0 for step in idle["steps"])


def test_steps_end_early_by_the_stop_rule(relay_url: str) -> None:
    events = answers(cell(relay_url, stop={"p99_ms": 0.0}))
    assert len(events[-1]["steps"]) == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (cell("http://127.0.0.1:1"), "http://127.0.0.1:1 cannot be joined: connection refused"),
        (
            cell("http://no-such-host.invalid"),
            "http://no-such-host.invalid cannot be joined: ",
        ),
        (
            cell("http://127.0.0.1:port"),
            "http://127.0.0.1:port cannot be joined: an address is http://HOST[:PORT][/PATH]",
        ),
        ("{", "the cell cannot be read"),
        (cell("http://127.0.0.1:1", load={"user": "Nobody"}), "the cell cannot be read"),
    ],
)
def test_an_impossible_cell_fails_with_one_sentence_and_the_next_cell_runs(
    relay_url: str, asked: Any, words: str
) -> None:
    failed, *rest = answers(asked, cell(relay_url, steps=[{"rate": 5, "seconds": 0.1}]))
    assert failed["event"] == "failed"
    assert words in failed["reason"]
    assert "\n" not in failed["reason"]
    assert rest[-1]["event"] == "result"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_leaves_no_member_in_a_room(
    relay_url: str, number: signal.Signals
) -> None:
    with generator() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(cell(relay_url, steps=[{"rate": 1, "seconds": 60}])) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["event"] == "connected"
        assert httpx.get(f"{relay_url}/api/rooms").json() != []
        process.send_signal(number)
        _, err = process.communicate(timeout=WAIT_S)
    assert (process.returncode, err) == (128 + number, "")
    assert eventually_empty(relay_url)


def test_a_server_that_dies_in_a_window_is_a_result_whose_losses_have_their_cause() -> None:
    with generator() as process, relay_process(frozenset(), one_by_one=True) as url:
        assert process.stdin is not None
        assert process.stdout is not None
        pid = httpx.get(f"{url}/healthz").json()["pid"]
        asked = cell(url, steps=[{"rate": 200, "seconds": 3}], warmup_s=0.0)
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["event"] == "connected"
        assert json.loads(process.stdout.readline())["event"] == "window_start"
        os.kill(pid, signal.SIGKILL)
        out, err = process.communicate(json.dumps(asked) + "\n", timeout=WAIT_S)
    result, failed = (
        event for event in map(json.loads, out.splitlines()) if event["event"] != "window_end"
    )
    assert (process.returncode, err) == (0, "")
    assert {ended["code"] for ended in result["disconnects"]} == {1006}
    assert len(result["disconnects"]) == asked["load"]["users"]
    ledger = result["steps"][0]["ledger"]
    assert ledger["balanced"]
    assert set(ledger["lost_by_cause"]) <= {"closed 1006"}
    assert failed["reason"] == f"{url} cannot be joined: connection refused"


def test_it_ends_without_output_when_its_reader_is_gone(relay_url: str) -> None:
    with generator() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(json.dumps(cell(relay_url)) + "\n")
        process.stdin.flush()
        assert process.wait(WAIT_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
