"""How PostgreSQL starts in `docker-compose.yml`: the service's own command, over other programs."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.compose.composition import services

_INITDB = """#!/bin/sh
echo "initdb $*" >>"$CALLS"
mkdir -p "$PGDATA"
echo 17 >"$PGDATA/PG_VERSION"
"""
_POSTGRES = """#!/bin/sh
echo "postgres $*" >>"$CALLS"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With programs that only note that they were called."""
    for name, text in (("initdb", _INITDB), ("postgres", _POSTGRES)):
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o755)
    return tmp_path


def _start(folder: Path) -> list[str]:
    """What was called, so far, by this start and the ones before it."""
    service = services()["postgres"]
    told = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "CALLS": str(folder / "calls"),
        "PGDATA": str(folder / "cluster"),
        "PASSWORD_FILE": str(folder / "password"),
    }
    assert told.keys() >= service["environment"].keys()
    subprocess.run([*service["entrypoint"], *service["command"]], env=told, check=True, timeout=60)
    return (folder / "calls").read_text().splitlines()


def test_the_first_start_makes_a_cluster_that_asks_for_the_password(folder: Path) -> None:
    made, started = _start(folder)
    assert f"--pwfile={folder / 'password'} -A scram-sha-256" in made
    assert started == "postgres -c listen_addresses=*"
    rules = (folder / "cluster" / "pg_hba.conf").read_text().splitlines()
    assert rules == ["host all all all scram-sha-256"]


def test_a_later_start_keeps_the_cluster(folder: Path) -> None:
    calls = _start(folder)
    assert _start(folder) == [*calls, "postgres -c listen_addresses=*"]
