"""`chatbench` for a user: one clear sentence for a mistake, and nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench.cli import locust_ui
from bench.cli import main as cli
from bench.declared.arms import load_arms
from bench.stack.child import Child
from bench.stack.ports import free_port
from bench.up.chats import browser_settings

ROOT = Path(__file__).resolve().parent.parent.parent
CHATBENCH = [sys.executable, "-m", "bench.cli"]


def chatbench(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHATBENCH, *words],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A running command, and its child processes after it has printed that it is up."""
    with subprocess.Popen(
        [*CHATBENCH, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if "Ctrl-C stops" in line:
                    break
            yield process, psutil.Process(process.pid).children(recursive=True)
        finally:
            if process.poll() is None:
                process.terminate()
                assert process.wait(90) == 128 + signal.SIGTERM


Main = Callable[..., tuple[object, str, str]]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """The command in this process, as a start of it takes longer: its exit code and its output."""

    def ended(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["chatbench", *words])
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code, *capsys.readouterr()

    return ended


@pytest.mark.parametrize(
    ("words", "names", "accepted"),
    [
        (["run", "--arm", "rails"], "'rails'", "fastapi-uvicorn-memory"),
        (
            ["run", "--experiment", "warp"],
            "'warp'",
            "ceiling, speed, capacity, growth, scale, connections, pools, metrics, profile, "
            "planted, generators, survival, rolling, history, writes, images, loss, busy, network, "
            "vanished, client, clarity, soak",
        ),
        (
            ["run", "--experiment", "survival", "--arm", "fastapi-uvicorn-redis"],
            "fastapi-uvicorn-redis",
            "history in PostgreSQL",
        ),
        (["run", "--experiment", "images", "--arm", "picows"], "picows", "takes no images"),
        (["run", "--experiment", "writes", "--arm", "picows"], "picows", "with a history"),
        (["run", "--profile", "slow"], "'slow'", "quick, full"),
        (["locust", "--arm", "rails"], "'rails'", "fastapi-uvicorn-memory"),
        (["up", "--backend", "rails"], "'rails'", "both, django or fastapi"),
        (["up", "--server", "nginx"], "'nginx'", "hypercorn or uvicorn"),
        (
            ["up", "--server", "granian", "--fanout", "redis+pubsub"],
            "redis+pubsub does not go with --server granian",
            "daphne or uvicorn",
        ),
        (["up", "--fanout", "kafka"], "'kafka'", "memory, redis, redis+pubsub"),
        (["up", "--fanout", "broadcaster+redis"], "broadcaster+redis", "--backend fastapi"),
        (["up", "--history", "mysql"], "'mysql'", "off, sqlite, postgresql, or an address"),
        (["up", "--history", "postgresql://"], "'postgresql://'", "postgresql://USER"),
        (["up", "--workers", "2"], "--workers 2", "--fanout redis"),
        (["report", "--run", "no/such/run"], "no/such/run", "does not exist"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(
    words: list[str], names: str, accepted: str, main: Main
) -> None:
    code, *output = main(*words)
    said = "".join(output)
    assert code != 0
    assert names in said
    assert accepted in said
    assert len([line for line in said.splitlines() if line.strip()]) <= 3


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1",
        # tests/conformance/test_url.py has such words; the command only passes them on.
        pytest.param("nonsense", marks=pytest.mark.all_arms),
    ],
)
def test_an_address_without_a_chat_is_answered_with_one_sentence(address: str) -> None:
    done = chatbench("conformance", address)
    said = done.stderr + done.stdout
    assert done.returncode != 0
    assert "Traceback" not in said
    assert address in said
    assert len([line for line in said.splitlines() if line.strip()]) <= 3


def test_an_unreadable_results_file_is_named_with_its_line(tmp_path: Path, main: Main) -> None:
    (tmp_path / "run.json").write_text("{")
    (tmp_path / "observations.jsonl").write_text("")
    code, _, said = main("report", "--run", str(tmp_path))
    assert code == 1
    assert "run.json" in said
    assert "Traceback" not in said
    assert said.count("\n") == 1


def test_a_taken_port_is_named(main: Main) -> None:
    port = free_port(2)
    with socket.create_server(("127.0.0.1", port)):
        code, _, said = main("up", "--backend", "django", "--port", str(port), "--history", "off")
    assert code == 1
    assert f"Port {port} cannot be had: address already in use; --port " in said
    assert said.endswith(" is free.\n")
    assert said.count("\n") == 1


def test_a_taken_port_of_the_companion_is_named_with_the_option_that_avoids_it(main: Main) -> None:
    port = free_port(2)
    with socket.create_server(("127.0.0.1", port + 2)):
        code, _, said = main("up", "--port", str(port), "--history", "off")
    assert code == 1
    assert said == (
        f"chatbench: Port {port + 2} cannot be had: address already in use; "
        "--no-companion needs none.\n"
    )


def _company_room(port: int) -> object:
    """Where the companion of this `chatbench up` brings company to."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 2}/company", timeout=90) as answer:
        return json.load(answer)["room"]


def test_up_with_no_companion_starts_none() -> None:
    port = free_port(2)
    words = ("up", "--port", str(port), "--backend", "fastapi", "--history", "off")
    with (
        socket.create_server(("127.0.0.1", port + 2)),
        running(*words, "--no-companion") as (_, children),
    ):
        assert len(children) == 1
        url = f"http://127.0.0.1:{port + 1}/client/backends.json"
        with urllib.request.urlopen(url, timeout=90) as answer:
            assert json.load(answer)["companion"] is None


def test_a_setting_that_cannot_be_read_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "fastapi_chat.main:app", "--port", str(free_port())],
        cwd=ROOT,
        env=os.environ | {"CHAT_OUTBOX": "many"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.strip() == (
        "CHAT_OUTBOX='many' cannot be read: it takes FRAMES or FRAMES/BYTES, as 1000/16MiB"
    )


def test_arms_lists_every_arm_and_why_others_are_missing(main: Main) -> None:
    code, listing, _ = main("arms", "--json")
    assert code == 0
    document = json.loads(listing)
    listed = {arm["id"] for arm in document["arms"]} | set(document["missing"])
    assert set(load_arms()) <= listed
    assert all(document["missing"].values())


@pytest.mark.parametrize(
    "sign",
    [
        signal.SIGINT,
        # Every other test of `up` ends it so, and asks for this exit code.
        pytest.param(signal.SIGTERM, marks=pytest.mark.all_arms),
    ],
)
def test_up_serves_until_it_is_stopped_and_leaves_nothing(sign: signal.Signals) -> None:
    port = free_port(2)
    words = ("up", "--port", str(port), "--fanout", "redis", "--history", "off")
    with running(*words) as (process, children):
        for each in (port, port + 1, port + 2):
            with urllib.request.urlopen(f"http://127.0.0.1:{each}/healthz", timeout=90) as answer:
                assert json.load(answer)["status"] == "ok"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/client/backends.json") as answer:
            assert json.load(answer)["companion"] == f"http://localhost:{port + 2}"
        assert _company_room(port) == "lobby"
        process.send_signal(sign)
        assert process.wait(90) in (130, 143)
        assert len(children) == 4, "two servers, a companion and a Redis"
        psutil.wait_procs(children, timeout=90)
        assert [child for child in children if child.is_running()] == []


def _line(process: subprocess.Popen[str], words: str) -> str:
    """The next line of the output that has these words."""
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


@pytest.mark.redis
def test_up_starts_again_what_was_killed_keeps_all_others_and_takes_all_along() -> None:
    """It ends with all of its processes even where it is killed itself."""
    port = free_port(2)
    words = ("up", "--port", str(port), "--history", "off", "--fanout", "redis", "--no-company")
    with running(*words) as (process, children):
        assert _company_room(port) is None
        (victim,) = [child for child in children if "fastapi_chat.main:app" in child.cmdline()]
        others = [child for child in children if child != victim]
        victim.kill()
        said = _line(process, "A process of")
        assert said.startswith("A process of fastapi-uvicorn-redis was ended by SIGKILL")
        assert said.endswith("Another one starts.\n")
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/healthz", timeout=90) as answer:
            assert json.load(answer)["pid"] != victim.pid
        (companion,) = [child for child in others if "bench.companion" in child.cmdline()]
        companion.kill()
        assert "Another one starts." in _line(process, "The companion ended by itself")
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 2}/healthz", timeout=90) as answer:
            assert json.load(answer)["status"] == "ok"
        others.remove(companion)
        assert all(child.is_running() for child in others)
        assert process.poll() is None
        left = psutil.Process(process.pid).children(recursive=True)
        assert len(left) == 4, "two servers, a companion and a Redis"
        process.kill()
        process.wait(90)
        _, alive = psutil.wait_procs(left, timeout=90)
        assert alive == []


@pytest.mark.redis
def test_a_hangup_replaces_the_processes_one_by_one() -> None:
    port = free_port(2)
    command = ("up", "--port", str(port), "--backend", "django", "--history", "off")
    with running(*command, "--fanout", "redis", "--workers", "2") as (process, children):
        old = {child.pid for child in children if "chat_servers" in child.cmdline()}
        assert len(old) == 2
        process.send_signal(signal.SIGHUP)
        for _ in range(2):
            _line(process, "has replaced process")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=90) as answer:
                assert json.load(answer)["status"] == "ok"
        now = psutil.Process(process.pid).children(recursive=True)
        new = {child.pid for child in now if "chat_servers" in child.cmdline()}
        assert len(new) == 2
        assert not new & old


def test_up_offers_the_chats_that_run() -> None:
    assert browser_settings({"django": 21250}) == {
        "CHAT_ORIGINS": "http://localhost:21250,http://127.0.0.1:21250",
        "CHAT_BACKENDS": "django-channels=http://localhost:21250",
    }


LOCUST = ("locust", "--arm", "picows", "--headless", "--only-summary", "-u", "4", "-r", "100")


def test_a_server_that_dies_under_locust_makes_the_run_fail() -> None:
    command = [*CHATBENCH, *LOCUST, "--room-size", "4", "Chatter"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if "All users spawned" in line:
                    break
            children = psutil.Process(process.pid).children(recursive=True)
            (server,) = [child for child in children if "bench.baselines.serve" in child.cmdline()]
            server.kill()
            said, _ = process.communicate(timeout=90)
        finally:
            if process.poll() is None:
                process.terminate()
    assert process.returncode == 1
    assert "chatbench: A process of picows was ended by SIGKILL" in said
    assert "Traceback" not in said
    assert [child for child in children if child.is_running()] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--rate", "inf"], 2),
        # tests/load/test_options.py has such words; the command only passes them on.
        pytest.param(["--rate", "", "Chatter"], 2, marks=pytest.mark.all_arms),
        (["--run-time", "1", "Idle"], 0),
    ],
)
def test_the_exit_code_of_locust_is_passed_on(words: list[str], code: int) -> None:
    done = chatbench(*LOCUST, *words)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    if code:
        assert f"--rate takes a number from 0 to 1000, not {words[1]!r}." in said


def test_an_exit_code_of_failed_requests_is_locusts_and_a_signal_is_told_as_a_shell_tells_it() -> (
    None
):
    for program, code in (
        ("raise SystemExit(7)", 7),
        ("import os; os.kill(os.getpid(), 9)", 128 + signal.SIGKILL),
    ):
        child = Child([sys.executable, "-c", program])
        try:
            assert locust_ui.wait(child, []) == code
        finally:
            child.stop()
