"""`python -m tests.prerequisites`: checks for Chromium and a redis-server, or installs them.

With `--all-arms`, as pytest has it, for Tsung, too: with what it needs it takes 600 MB.

It installs them if it can (as root, with apt-get). Otherwise it prints what to install, and exits
with 1.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.experiments.client_page.chromium import find_chromium
from bench.experiments.generators.tsung import find_tsung
from bench.stack.engines import find_redis_server

_LIBATOMIC: Final = "libatomic.so.1"


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A program that the tests need; `package` is Debian's."""

    name: str
    package: str
    find: Callable[[], str | None]
    otherwise: str


def find_libatomic() -> str | None:
    """The library that Playwright's own Node.js loads; None where it cannot be loaded."""
    try:
        ctypes.CDLL(_LIBATOMIC)
    except OSError:
        return None
    return _LIBATOMIC


PREREQUISITES = (
    Prerequisite(
        "Chromium",
        "chromium-headless-shell",
        find_chromium,
        "install chromium or google-chrome, or set CHROMIUM to the path of one",
    ),
    Prerequisite(
        _LIBATOMIC,
        "libatomic1",
        find_libatomic,
        "install libatomic: the Node.js that comes with Playwright is linked to it",
    ),
    Prerequisite(
        "redis-server",
        "redis-server",
        find_redis_server,
        "install redis-server or valkey-server",
    ),
)


OF_ALL_ARMS = (Prerequisite("Tsung", "tsung", find_tsung, "install tsung"),)


def missing(*, all_arms: bool) -> list[Prerequisite]:
    """The missing prerequisites."""
    needed = PREREQUISITES + (OF_ALL_ARMS if all_arms else ())
    return [each for each in needed if each.find() is None]


def install(packages: list[str]) -> None:
    """Install Debian packages; package lists are fetched only if a package is unknown."""
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if _run(command, environ) != 0:
        _run(["apt-get", "update", "-qq"], environ)
        _run(command, environ)


def main() -> int:
    """Return the exit code."""
    all_arms = "--all-arms" in sys.argv[1:]
    absent = missing(all_arms=all_arms)
    if absent and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [each.package for each in absent]
        print(f"Installing {' and '.join(packages)} for the tests.", flush=True)
        install(packages)
        absent = missing(all_arms=all_arms)
    for each in absent:
        print(f"There is no {each.name}, which the tests need: {each.otherwise}.", file=sys.stderr)
    return 1 if absent else 0


def _run(command: list[str], environ: dict[str, str]) -> int:
    return subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
