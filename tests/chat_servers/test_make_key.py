"""A secret key in a file: made once, and read by every replica."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chat_core.production import SECRET_KEY_CHARACTERS
from chat_servers.make_key import make_key


def test_a_key_is_made_once_and_is_good_in_production(tmp_path: Path) -> None:
    file = tmp_path / "key"
    make_key(file)
    made = file.read_text("utf-8")
    make_key(file)
    assert file.read_text("utf-8") == made
    assert len(made) >= SECRET_KEY_CHARACTERS
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_many_at_once_make_one(tmp_path: Path) -> None:
    file = tmp_path / "key"

    def make(_: int) -> str:
        make_key(file)
        return file.read_text("utf-8")

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(make, range(64)))) == 1


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    where = tmp_path / "missing" / "key"
    ended = subprocess.run(
        [sys.executable, "-m", "chat_servers.make_key", str(where)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == f"{where} cannot be made: No such file or directory\n"
