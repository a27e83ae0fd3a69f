"""What a change cost is what its commits say: in a small history, and in this project's."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bench.analysis.clarity import changes
from bench.analysis.clarity.changes import ROOT, ChatChange, Sizes, counted, load_changes
from bench.errors import BenchError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TRAILERS = "Change: undo\nChat: django_chat"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@needs_git
def test_a_change_is_counted_from_its_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "The chat", chat__a_py="def f():\n    return 1\n", docs__x_py="x = 1\n")
    commit(
        tmp_path,
        f"Undo\n\n{TRAILERS}",
        chat__a_py="def f(x):\n    if x:\n        return 2\n    return 1\n",
        chat__migrations__m_py="pass\n",
        chat__tests__t_py="def test():\n    pass\n",
        docs__x_py="x = 2\n",
    )
    commit(tmp_path, "Something else", chat__a_py="def f():\n    return 1\n")
    (found,) = counted()
    assert found == ChatChange(
        "undo",
        "django_chat",
        found.commits,
        files=1,
        migrations=1,
        test_files=1,
        added=3,
        removed=1,
        tests_added=2,
        before=Sizes(2, 1, 0),
        after=Sizes(4, 2, 1),
    )
    assert len(found.commits) == 1


def test_without_a_history_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    with pytest.raises(BenchError, match="The commits cannot be read: "):
        counted()


def _has_the_commits() -> bool:
    if shutil.which("git") is None:
        return False
    asked = "\n".join(commit for each in load_changes() for commit in each.commits)
    command = ["git", "cat-file", "--batch-check"]
    done = subprocess.run(
        command, cwd=ROOT, input=asked, capture_output=True, text=True, check=False
    )
    return done.returncode == 0 and "missing" not in done.stdout


@pytest.mark.skipif(not _has_the_commits(), reason="this is no clone with the project's history")
def test_the_file_is_what_the_commits_say() -> None:
    assert counted() == load_changes(), "run `python -m bench.analysis.clarity.changes`"


def test_each_change_is_in_both_chats_and_in_what_they_share() -> None:
    names = {each.change for each in load_changes()}
    chats = {"django_chat", "fastapi_chat", "shared", "shared_client"}
    assert {(each.change, each.chat) for each in load_changes()} == {
        (name, chat) for name in names for chat in chats
    }
    assert len(names) >= 3
