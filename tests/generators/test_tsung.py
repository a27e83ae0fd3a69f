"""Tsung: what it is asked, and what its logs say."""

from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from bench.errors import BenchError
from bench.experiments.ceiling import relay_process
from bench.experiments.generators.tsung import run_tsung
from bench.experiments.generators.tsung_plan import (
    FULL_STATS,
    STATS,
    TsungLoad,
    configuration,
    found_in,
)

LOAD = TsungLoad(users=2, think_s=0.05, warm_up=1, messages=2, payload=5, seed=7)
FULL = """\
{sample,connect,0.4}
[{sample,tr_warm,9.0}]
{sample,request,[1.5,2.5]}
[{sample,tr_say,1.0},
 {sample,tr_say,2.0}]
[{sample,tr_warm,8.0},{sample,tr_say,3},
 {sample,tr_say,1.0e1}]
"""
SHORT = """\
# stats: dump at 1700000000
stats: users 0 2
stats: tr_say 4 4.0 3.5 10.0 1.0 0 0
stats: websocket_succ 2 2
"""


def logs(tmp_path: Path, full: str = FULL, short: str = SHORT) -> Path:
    folder = tmp_path / "20260101-0000"
    folder.mkdir()
    (folder / FULL_STATS).write_text(full)
    (folder / STATS).write_text(short)
    return tmp_path


def test_its_plan_has_each_member_alone_in_a_room() -> None:
    text = configuration("http://127.0.0.1:8123", LOAD)
    root = ElementTree.fromstring(text)
    assert '<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd">' in text
    assert root.get("backend") == "fullstats"
    (server,) = root.iter("server")
    assert (server.get("host"), server.get("port")) == ("127.0.0.1", "8123")
    (users,) = root.iter("users")
    assert users.get("maxnumber") == "2"
    connect, warm, say, close = root.iter("websocket")
    assert connect.get("path") == (
        "/ws/rooms/tsung%%ts_user_server:get_unique_id%%?name=t%%ts_user_server:get_unique_id%%"
    )
    assert connect.get("subprotocols") == "chat.v1"
    assert warm.text == say.text == '{"type":"say","id":"t","text":"xxxxx"}'
    assert close.get("type") == "close"
    assert [each.get("to") for each in root.iter("for")] == ["1", "2"]


def test_its_logs_give_the_round_trips_without_the_warm_up(tmp_path: Path) -> None:
    found = found_in(logs(tmp_path), LOAD)
    assert (found.count, found.answered) == (4, 6)
    assert found.mean_us == pytest.approx(4000)
    assert found.p50_us == pytest.approx(2500)
    assert found.p99_us == pytest.approx(9790)


@pytest.mark.parametrize(
    ("full", "short", "words"),
    [
        (FULL.replace("{sample,tr_say,3}", ""), SHORT, "Tsung counted 3 answers of 4."),
        (FULL, SHORT + "stats: error_connect_econnrefused 2 3\n", "error_connect_econnrefused 3"),
        (FULL, SHORT + "stats: websocket_fail 1 1\n", "websocket_fail 1 times"),
    ],
)
def test_a_run_with_errors_has_no_figures(
    full: str, short: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(BenchError, match=words):
        found_in(logs(tmp_path, full, short), LOAD)


def test_a_run_without_logs_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"^Tsung wrote no tsung-fullstats.log\.$"):
        found_in(tmp_path, LOAD)


@pytest.mark.all_arms  # it needs Tsung, which `make test-all` installs
def test_it_measures_the_relay_and_leaves_nothing() -> None:
    before = set(psutil.pids())
    load = TsungLoad(users=5, think_s=0.02, warm_up=5, messages=40, payload=120)
    with relay_process(frozenset(), one_by_one=True) as url:
        found, cpu_s = run_tsung(url, load, frozenset())
    assert (found.count, found.answered) == (200, 225)
    assert 0 < found.p50_us <= found.p99_us
    assert 0 < found.mean_us < 1e6
    assert 0 < cpu_s < 60
    left = [psutil.Process(pid).name() for pid in set(psutil.pids()) - before]
    assert not [name for name in left if name in ("beam.smp", "epmd", "tsung", "erl_child_setup")]
