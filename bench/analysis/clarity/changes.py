"""What a change cost: counted in the commits that carry the trailers `Change` and `Chat`.

`python -m bench.analysis.clarity.changes` counts them in this clone, and writes the file.
"""

import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from bench.analysis.clarity.metrics import cognitive, cyclomatic, logical_lines
from bench.errors import BenchError

ROOT: Final = Path(__file__).resolve().parents[3]
FILE: Final = ROOT / "bench" / "declared" / "changes.json"
_PYTHON: Final = ".py"
_SOURCES: Final = (_PYTHON, ".js", ".css", ".html", ".json")
_NO_PART: Final = ("docs/", "bench/")
"""Generated pages, and what the bench says of the code: no part of a chat."""


class Sizes(msgspec.Struct, frozen=True):
    """Of the Python code of a change, without tests and migrations."""

    lines: int = 0
    """Logical lines."""
    cyclomatic: int = 0
    cognitive: int = 0


class ChatChange(msgspec.Struct, frozen=True):
    """What one change took in one chat, or in what both share."""

    change: str
    chat: str
    """django_chat, fastapi_chat, shared or shared_client."""
    commits: tuple[str, ...]
    """Their hashes, the oldest first."""
    files: int
    """Files of code that were touched."""
    migrations: int
    test_files: int
    added: int
    """Lines of code that were written, as git counts them."""
    removed: int
    tests_added: int
    before: Sizes
    """Of the touched files."""
    after: Sizes


class _Touched(msgspec.Struct, frozen=True):
    path: str
    added: int
    removed: int

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/") or "/tests/" in self.path

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path


@cache
def load_changes() -> tuple[ChatChange, ...]:
    """The counts of the file."""
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[ChatChange, ...])


def counted() -> tuple[ChatChange, ...]:
    """The same from the history of this clone. Raises BenchError without git."""
    found: dict[tuple[str, str], list[str]] = {}
    trailers = [f"%(trailers:key={key},valueonly,separator=)" for key in ("Change", "Chat")]
    form = "%x09".join(("%h", *trailers))
    for line in _git("log", "--reverse", "--abbrev=10", f"--format={form}").splitlines():
        commit, change, chat = line.split("\t")
        if change and chat:
            found.setdefault((change, chat), []).append(commit)
    return tuple(_counted(*names, commits) for names, commits in found.items())


def _counted(change: str, chat: str, commits: Sequence[str]) -> ChatChange:
    touched = [(commit, each) for commit in commits for each in _touched(commit)]
    code = [(c, each) for c, each in touched if not (each.is_test or each.is_migration)]
    tests = [each for _, each in touched if each.is_test]
    paths = {each.path for _, each in code}
    python = sorted(path for path in paths if path.endswith(_PYTHON))
    return ChatChange(
        change,
        chat,
        tuple(commits),
        files=len(paths),
        migrations=len({each.path for _, each in touched if each.is_migration}),
        test_files=len({each.path for each in tests}),
        added=sum(each.added for _, each in code),
        removed=sum(each.removed for _, each in code),
        tests_added=sum(each.added for each in tests),
        before=_sizes(f"{commits[0]}^", python),
        after=_sizes(commits[-1], python),
    )


def _touched(commit: str) -> Iterator[_Touched]:
    for line in _git("show", "--numstat", "--no-renames", "--format=", commit).splitlines():
        added, removed, path = line.split("\t")
        if path.endswith(_SOURCES) and not path.startswith(_NO_PART):
            yield _Touched(path, int(added), int(removed))


def _sizes(commit: str, paths: Sequence[str]) -> Sizes:
    there = set(_git("ls-tree", "-r", "--name-only", commit).splitlines())
    sources = [_git("show", f"{commit}:{path}") for path in paths if path in there]
    return Sizes(
        sum(map(logical_lines, sources)),
        sum(sum(cyclomatic(source)) for source in sources),
        sum(sum(cognitive(source)) for source in sources),
    )


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BenchError(f"The commits cannot be read: git: {error.strerror}.") from None
    if done.returncode:
        raise BenchError(f"The commits cannot be read: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    """Write the file."""
    text = msgspec.json.format(msgspec.json.encode(counted()), indent=1)
    FILE.write_bytes(text + b"\n")
    print(f"written: {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
