"""A third backend, declared in one file: the bench lists it, tests it, and shows it in tables."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.declared.arms import FURTHER_ARMS
from bench.report.scaling import render_scaling
from tests.bench import test_scale
from tests.report import synthetic

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("examples") / "starlette_chat" / "arms.toml"
ARM = "starlette-uvicorn-memory"
ASKED = ("test_presence.py", "test_documents.py")
"""What takes seconds; docs/add-a-backend.md has the command that asks everything."""


def _run(*command: str, declared: Path = FILE) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {FURTHER_ARMS: str(declared)}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_declared_backend_passes_the_contract() -> None:
    files = [f"tests/conformance/{name}" for name in ASKED]
    done = _run("pytest", "-q", "-n0", "-p", "no:cacheprovider", "--arm", ARM, *files)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
    assert " xfailed" in done.stdout  # the difference that the same file declares


def test_a_declared_backend_is_an_arm() -> None:
    listed = json.loads(_run("bench.cli", "arms", "--json").stdout)["arms"]
    assert {"starlette"} < {arm["framework"] for arm in listed}
    assert ARM in {arm["id"] for arm in listed}


def test_a_wrong_file_is_named_in_one_sentence(tmp_path: Path) -> None:
    done = _run("bench.cli", "arms", declared=tmp_path / "nowhere.toml")
    assert done.returncode == 1
    assert done.stderr.startswith(f"chatbench: {FURTHER_ARMS} names {tmp_path}/nowhere.toml")
    assert done.stderr.count("\n") == 1


def test_an_arm_of_another_backend_is_in_the_tables(tmp_path: Path) -> None:
    arms = [ARM, test_scale.ALONE]
    slots = [slot for arm in arms for slot in test_scale.made_up(arm, alone=True)]
    synthetic.write_run(tmp_path, "scale", arms, slots)
    assert f"| `{ARM}` | 8 |" in render_scaling(tmp_path)[Path("docs") / "scaling.md"]
