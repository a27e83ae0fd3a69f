"""The suite's users against a real chat, and the shapes of the form."""

import csv
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.declared.arms import find_arm
from bench.stack.stack import BENCHMARK_SETTINGS, Stack

CLASSES = ("PhotoSender", "SlowReader", "Reconnector", "SignedIn")
USERS = 2 * len(CLASSES)


@pytest.mark.parametrize("arm", ["channels-uvicorn-memory-sqlite", "fastapi-uvicorn-memory-sqlite"])
def test_each_kind_of_user_does_what_it_says(arm: str, tmp_path: Path) -> None:
    with Stack(find_arm(arm), environ=BENCHMARK_SETTINGS) as stack:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "locust", "-f", "bench/locustfile.py", "--headless"),
                *("--users", str(USERS), "--spawn-rate", "100", "--run-time", "4"),
                *("--host", stack.url, "--room-size", str(USERS), "--rate", "2"),
                *("--image-size", "5000", "--pause", "0.5", "--visit", "1"),
                *("--only-summary", "--csv", str(tmp_path / "run"), *CLASSES),
            ],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    with (tmp_path / "run_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    with (tmp_path / "run_deliveries.csv").open() as file:
        (ledger,) = csv.DictReader(file)
    # Two users took a ticket, and two others came more than once.
    assert rows["/api/register"]["Request Count"] == rows["/api/ticket"]["Request Count"] == "2"
    joins = {name: int(rows[f"connect {name}"]["Request Count"]) for name in CLASSES}
    assert joins["Reconnector"] > USERS // len(CLASSES)
    assert {joins[name] for name in CLASSES if name != "Reconnector"} == {USERS // len(CLASSES)}
    assert ledger["lost"] == ledger["duplicates"] == ledger["unexpected"] == "0"
    # Their messages reach readers that wait for the end of a pause: text and pictures.
    assert int(ledger["delivered"]) > USERS
    assert int(ledger["max_us"]) > 200_000


def test_options_reach_the_users() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "-f", "bench/locustfile.py", "--headless"),
            *("--pause", "long", "SlowReader"),
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2
    assert "--pause takes a number from 0 to 3600, not 'long'." in done.stderr


SHARES = """
import json, time
from types import SimpleNamespace as A
from bench.load.suite import shapes
steps = shapes.Steps()
slow = lambda at_s: [A(p99=200_000, at_s=at_s)] * 3
def ends(at_s):
    environment = A(chat_suite=A(timelines=[A(points=slow(at_s))]))
    steps.runner = A(environment=environment, user_count=1)
    return steps.share(0.5) is None
steps.start_time = time.perf_counter() - 60
names = ("Spike", "Ramp", "Day")
found = {n: [getattr(shapes, n)().share(i / 1000) for i in range(1000)] for n in names}
found["ends"] = [ends(59), ends(300)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def shapes() -> Any:
    """Locust patches the standard library, and so it is imported in a process of its own."""
    import json

    words = [sys.executable, "-c", SHARES]
    done = subprocess.run(words, capture_output=True, text=True, timeout=90, check=True)
    return SimpleNamespace(**json.loads(done.stdout))


def test_shapes_stay_between_none_and_all(shapes: Any) -> None:
    for shares in (shapes.Spike, shapes.Ramp, shapes.Day):
        assert all(0 <= share <= 1 for share in shares)
    assert max(shapes.Day) > 0.999
    assert sum(share == 1 for share in shapes.Spike) == 200
    assert all(now < then for now, then in pairwise(shapes.Ramp))


def test_steps_end_when_this_test_is_saturated_and_not_the_one_before(shapes: Any) -> None:
    assert shapes.ends == [True, False]


def test_a_day_has_no_jump(shapes: Any) -> None:
    assert max(abs(then - now) for now, then in pairwise(shapes.Day)) < 0.01


def test_the_page_has_the_example_and_locust_takes_it() -> None:
    example = Path("examples/locust/night_owl.py")
    assert f"```python\n{example.read_text('utf-8')}```" in Path("docs/locust.md").read_text(
        "utf-8"
    )
    listed = subprocess.run(
        [*(sys.executable, "-m", "locust", "--list", "-f", f"bench/locustfile.py,{example}")],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    assert {"NightOwl", "Chatter"} <= set(listed.stdout.split())
