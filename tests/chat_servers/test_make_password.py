"""A password of the database in two files: made once, for the server and for its clients."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chat_servers.make_password import OtherPasswordError, make_password


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The server's file and the clients' file."""
    return tmp_path / "postgres", tmp_path / "pgpass"


def test_a_password_is_made_once_and_is_in_both_files(files: tuple[Path, Path]) -> None:
    file, passfile = files
    make_password(file, passfile)
    password = file.read_text("utf-8")
    make_password(file, passfile)
    assert file.read_text("utf-8") == password
    assert len(password) >= 32
    assert passfile.read_text("utf-8") == f"*:*:*:*:{password}\n"
    assert [each.stat().st_mode & 0o777 for each in files] == [0o444, 0o600]
    assert sorted(file.parent.iterdir()) == sorted(files)


def test_two_installations_have_different_passwords(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_password(tmp_path / name, tmp_path / f"{name}.pass")
    assert (tmp_path / "a").read_text("utf-8") != (tmp_path / "b").read_text("utf-8")


def test_a_password_of_ones_own_is_escaped_for_the_clients(files: tuple[Path, Path]) -> None:
    file, passfile = files
    make_password(file, passfile, r"a:b\c")
    assert file.read_text("utf-8") == r"a:b\c"
    assert passfile.read_text("utf-8") == "*:*:*:*:" + r"a\:b\\c" + "\n"


def test_another_password_than_the_made_one_is_refused(files: tuple[Path, Path]) -> None:
    make_password(*files, "first")
    with pytest.raises(OtherPasswordError):
        make_password(*files, "second")
    assert files[0].read_text("utf-8") == "first"


def test_a_refusal_is_one_sentence_without_a_password(files: tuple[Path, Path]) -> None:
    make_password(*files, "first-of-all")
    assert _refused(files[0], files[1]) == (
        f"POSTGRES_PASSWORD is not the password in {files[0]}, with which the database was made\n"
    )
    missing = files[0].parent / "missing" / "postgres"
    assert _refused(missing, files[1]) == (
        f"{missing} or {files[1]} cannot be made: No such file or directory\n"
    )


def _refused(*files: Path) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "chat_servers.make_password", *files],
        env=os.environ | {"POSTGRES_PASSWORD": "another"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr
