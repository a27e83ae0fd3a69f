"""What the image of the chats leaves out, and which modules it has compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import uvloop

from tests.compose.composition import DOCKERFILE, ROOT, services

SLIM = DOCKERFILE.parent / "slim.py"
IMPORTS = DOCKERFILE.parent / "imports.py"
_KEPT = (
    "twisted/internet/testing.py",
    "django/conf/locale/__init__.py",
    "django/conf/locale/en/LC_MESSAGES/django.mo",
    "django/core/management/commands/test.py",
    "package/latest/module.py",
)
_TAKEN_OUT = (
    "twisted/internet/test/test_tcp.py",
    "twisted/test/deep/test/module.py",
    "zope/interface/tests/module.py",
    "django/conf/locale/ja/LC_MESSAGES/django.mo",
    "autobahn/_flatc/bin/flatc",
)


def _slim(environment: Path) -> None:
    subprocess.run([sys.executable, SLIM, environment], check=True, timeout=60)


def test_it_takes_out_what_no_chat_reads_and_nothing_else(tmp_path: Path) -> None:
    for name in (*_KEPT, *_TAKEN_OUT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    _slim(tmp_path)
    left = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}
    assert left == set(_KEPT)


@pytest.mark.skipif(sys.platform != "linux", reason="the image runs on Linux")
def test_a_compiled_module_loads_without_its_symbols(tmp_path: Path) -> None:
    shutil.copytree(Path(uvloop.__file__).parent, tmp_path / "uvloop")
    (module,) = (tmp_path / "uvloop").glob("loop*.so")
    before = module.stat().st_size
    _slim(tmp_path)
    assert module.stat().st_size < before
    program = "import uvloop; uvloop.run(__import__('asyncio').sleep(0)); print(uvloop.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert Path(ran.stdout.strip()).is_relative_to(tmp_path)


def test_a_file_of_another_kind_stays_as_it_is(tmp_path: Path) -> None:
    script = tmp_path / "linker.so.1"
    script.write_bytes(b"/* GNU ld script */")
    _slim(tmp_path)
    assert script.read_bytes() == b"/* GNU ld script */"


def test_what_the_services_import_is_compiled() -> None:
    """Where Python has all libraries compiled already: to compile them again takes ten seconds."""
    environ = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    program = (
        f"import runpy, sys; runpy.run_path({str(IMPORTS)!r}, run_name='__main__')\n"
        "found = [getattr(each, '__cached__', None) for each in list(sys.modules.values())]\n"
        "print(*filter(None, found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
        stdout=subprocess.PIPE,
        text=True,
    )
    written = [path for path in map(Path, done.stdout.split()) if path.exists()]
    compiled = {path.name.partition(".")[0] for path in written}
    assert compiled >= {"consumers", "room_connection", "asyncioreactor", "session", "core"}
    for service in services().values():
        if service["image"] == "chat-bench-chat:local":
            module, *words = service["command"]
            started = {module, *(word.partition(":")[0] for word in words if ":app" in word)}
            assert {each.rpartition(".")[2] for each in started - {"django"}} <= compiled | {
                "chat_servers"
            }
