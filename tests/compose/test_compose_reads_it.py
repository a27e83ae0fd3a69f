"""If Compose is installed, it must read the same as the other tests here."""

import json
import os
import subprocess
from typing import Any

import pytest

from tests.compose.composition import COMPOSE_FILE, ROOT, services


def _compose(*arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("CHAT_")}
    command = ["docker", "compose", "--file", str(COMPOSE_FILE), *arguments]
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def _compose_is_installed() -> bool:
    try:
        return _compose("version").returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(
    not _compose_is_installed(),
    reason="docker compose is not installed; tests/compose/test_services.py has read the file",
)
def test_compose_reads_what_the_tests_read() -> None:
    said = _compose("--profile", "*", "config", "--format", "json")

    assert said.returncode == 0, said.stderr
    assert said.stderr == ""
    read: dict[str, Any] = json.loads(said.stdout)["services"]
    assert {name: _compared(service) for name, service in services().items()} == {
        name: _compared(service) for name, service in read.items()
    }


def _compared(service: dict[str, Any]) -> dict[str, Any]:
    """The parts that both write in the same form."""
    keys = ("image", "user", "read_only", "cap_drop", "security_opt", "tmpfs")
    return {key: service.get(key) for key in keys} | {
        "environment": service.get("environment") or {},
        "entrypoint": _words(service.get("entrypoint")),
        "command": _words(service.get("command")),
        "health": _words(service.get("healthcheck", {}).get("test")),
        "volumes": [_volume(each) for each in service.get("volumes") or []],
        "after": sorted(service.get("depends_on") or {}),
    }


def _words(command: list[str] | None) -> list[str]:
    """Compose writes the file again, in which a dollar is two."""
    return [word.replace("$$", "$") for word in command or []]


def _volume(written: str | dict[str, Any]) -> tuple[str, str]:
    """A volume, from the short form of the file or the long form of Compose."""
    if isinstance(written, str):
        name, target = written.removesuffix(":ro").split(":")
        return str(ROOT / name) if name.startswith("./") else name, target
    return written["source"], written["target"]
