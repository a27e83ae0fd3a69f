"""The pages of the arms: every arm has one, with the explorer's figures and its raw file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.wording import number
from bench.declared.arms import find_arm, load_arms
from bench.declared.differences import load_differences
from bench.envelope.observation import Failed
from bench.report.arms import FOLDER, page_link, render_arms
from bench.report.arms.settings import start
from bench.report.explorer import DATA
from chat_servers.settings import SERVERS
from tests.bench import test_growth
from tests.report import synthetic

ROOT = Path(__file__).resolve().parents[2]


def _text(arm: str) -> str:
    return (ROOT / FOLDER / f"{arm}.md").read_text("utf-8")


def test_every_arm_has_a_page_that_the_index_lists() -> None:
    index = (ROOT / FOLDER / "README.md").read_text("utf-8")
    data = json.loads((ROOT / DATA).read_text("utf-8"))
    shown = {re.split("[#@]", arm)[0] for arm in data["arms"]}
    assert shown <= load_arms().keys()
    for arm in load_arms():
        assert f"]({arm}.md)" in index
        assert page_link(arm, FOLDER) == f"[`{arm}`]({arm}.md)"
        assert _text(arm)


def _newest_rows(data: dict[str, Any], arm: str) -> dict[tuple[str, str], list[Any]]:
    """The rows of an arm by metric and label, of the newest run that has the metric."""
    found: dict[str, dict[tuple[str, str], list[Any]]] = {}
    for run in data["runs"]:
        for table in run["tables"]:
            rows = [row for row in table["rows"] if row[0] == arm]
            if rows and (table["metric"] not in found or found[table["metric"]]["", ""] == [run]):
                metric = found.setdefault(table["metric"], {("", ""): [run]})
                metric[table["metric"], table["label"]] = rows[0]
    return {key: row for rows in found.values() for key, row in rows.items() if key[0]}


@pytest.mark.parametrize("arm", ["channels-uvicorn-redis", "fastapi-uvicorn-memory-sqlite"])
def test_the_figures_are_those_of_the_explorer(arm: str) -> None:
    data = json.loads((ROOT / DATA).read_text("utf-8"))
    text, rows = _text(arm), _newest_rows(data, arm)
    assert len(rows) > 10
    for (metric, label), row in rows.items():
        if row[1] is not None:
            shown = [line for line in text.splitlines() if f"| {label}" in line]
            assert any(f"| {number(row[1])} |" in line for line in shown), (metric, label)


def test_a_reason_a_difference_and_what_was_not_measured_are_told(tmp_path: Path) -> None:
    reason = "http://127.0.0.1:40201 cannot be joined"
    failed = Failed(experiment="growth", arm="channels-uvicorn-redis", at_s=1.0, reason=reason)
    arms = [test_growth.ARM, failed.arm]
    synthetic.write_run(tmp_path, "growth", arms, [*test_growth.made_up(1.0), failed])
    pages = render_arms(tmp_path)
    text = pages[FOLDER / f"{failed.arm}.md"]
    assert "the server cannot be joined" in text
    assert "No committed run has measured this arm." in text
    assert "these figures of this arm: Speed; " in text
    tutorial = "fastapi-uvicorn-memory-tutorial"
    told = pages[FOLDER / f"{tutorial}.md"]
    for each in load_differences():
        assert (each.reason in told) == each.is_about(tutorial)


def test_the_start_command_names_what_the_arm_is() -> None:
    assert start(find_arm("channels-daphne-redis-postgresql")) == [
        "export CHAT_FANOUT=redis://127.0.0.1:6379/0",
        "export CHAT_HISTORY=postgresql://USER:PASSWORD@127.0.0.1:5432/DATABASE",
        "export CHAT_VARIANT=standard",
        "python -m django migrate --settings django_chat.settings --verbosity 0",
        "python -m chat_servers daphne django_chat.asgi:application 127.0.0.1:8002",
    ]
    assert start(find_arm("picows")) == []
    commands = [start(arm)[-1] for arm in load_arms().values() if arm.id != "picows"]
    assert all(command.split()[3] in SERVERS for command in commands)
