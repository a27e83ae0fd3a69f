"""Chats that start by a fork, so that a test does not wait until a process has its imports.

A chat imports Django or FastAPI, SQLAlchemy and redis for about two seconds of CPU. The tests start
many hundreds of chats, and without this most of their time would be imports. A server process
imports the libraries once, with the modules of this project that need no settings, and forks a
child for each start. The child gets the arguments, the environment, the folder and the open files
that `subprocess.Popen` would have given, and runs the module as `python -m` does.

Locust and the load generator, which import for about a second, have such a server, too.

A command that starts chats (`module`) is forked by the server of chats, and forks its chats.

A SQLite database is migrated once; later ones are copies of it (`migrated`).

Elsewhere, and everywhere with CHAT_TESTS_FORK=off, chats start by `python -m` alone: in the tests
of the commands, which are about starting, and in the tests that compare memory. A limit of what the
memory grows by (tests/attack) is the same: less than 2 MiB of a forked process are free.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.fork_server.client import Kind, Popen, end

__all__ = ["FORKING", "enable", "end", "module"]

FORKING: Final = (
    "accounts/",
    "attack/",
    "bench/test_busy.py",
    "bench/test_capacity.py",
    "bench/test_connections.py",
    "bench/test_growth.py",
    "bench/test_history.py",
    "bench/test_metrics.py",
    "bench/test_planted.py",
    "bench/test_pools.py",
    "bench/test_profile.py",
    "bench/test_rolling.py",
    "bench/test_scale.py",
    "bench/test_soak.py",
    "bench/test_speed.py",
    "bench/test_up_history.py",
    "bench/test_writes.py",
    "browser/",
    "companion/",
    "compose/test_role.py",
    "conformance/",
    "contract/",
    "differential/",
    "generators/",
    "history/",
    "load/",
    "loss/",
    "metrics/",
    "network/",
    "stack/",
    "survival/",
)
"""How the paths below `tests` begin whose chats are forked."""
LOADING: Final = (
    "bench/test_capacity.py",
    "bench/test_growth.py",
    "bench/test_history.py",
    "bench/test_metrics.py",
    "bench/test_planted.py",
    "bench/test_profile.py",
    "bench/test_scale.py",
    "bench/test_speed.py",
    "generators/",
    "load/",
)
"""The same for Locust and the load generator."""
_TESTS: Final = Path(__file__).parents[1]


def enable(test: Path) -> None:
    """Have the chats of the test in this file forked, or not."""
    if sys.platform == "linux" and os.environ.get("CHAT_TESTS_FORK") != "off":
        subprocess.Popen = Popen  # type: ignore[misc]
        path = test.relative_to(_TESTS).as_posix()
        wanted: dict[Kind, bool] = {
            "chats": path.startswith(FORKING),
            "load": path.startswith(LOADING),
        }
        Popen.enabled = tuple(kind for kind in wanted if wanted[kind])
        for kind in Popen.enabled:  # before the test, which may look for what it leaves behind
            Popen.servers[kind].connect()


def module(name: str) -> list[str]:
    """The words after `python` that run a module whose chats are forked where this test's are."""
    forked = "chats" in Popen.enabled
    return ["-m", "tests.fork_server.nested", name] if forked else ["-m", name]
