"""The small suite of each chat, run by itself: `django_chat/tests` and `fastapi_chat/tests`."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from bench.declared.features import ROOT
from bench.errors import BenchError

_OTHERS: Final = ("CHAT_", "DJANGO_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
"""What the environment may hold of a suite around this one."""


def run_suite(chat: str) -> dict[str, Any]:
    """One run of a chat's suite, from the start of its process to the end.

    Raises BenchError with the output if a case fails.
    """
    environ = {name: each for name, each in os.environ.items() if not name.startswith(_OTHERS)}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"--junitxml={report}", f"{chat}/tests"]
        began, before = time.monotonic(), _cpu_of_children()
        done = subprocess.run(
            command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True
        )
        cpu_s, wall_s = _cpu_of_children() - before, time.monotonic() - began
        if done.returncode:
            raise BenchError(f"{chat}/tests failed:\n{done.stdout}{done.stderr}")
        names = [case.get("name", "") for case in ElementTree.parse(report).iter("testcase")]
    return {"cases": names, "cpu_s": round(cpu_s, 3), "wall_s": round(wall_s, 3)}


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
