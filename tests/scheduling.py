"""Which tests share a process when several run side by side, and in which order."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from bench.declared.arms import load_arms

_SECONDS = {
    "tests/accounts/": 0.3,
    "tests/attack/": 0.3,
    "tests/bench/test_soak.py": 12.0,
    "tests/bench/": 1.4,
    "tests/browser/": 3.8,
    "tests/clarity/": 0.6,
    "tests/companion/": 0.7,
    "tests/compose/": 0.1,
    "tests/conformance/test_url.py": 3.0,
    "tests/conformance/": 0.1,
    "tests/differential/": 2.7,
    "tests/generators/": 2.0,
    "tests/history/": 0.2,
    "tests/load/": 0.6,
    "tests/loss/": 3.0,
    "tests/network/": 1.4,
    "tests/report/": 0.1,
    "tests/stack/": 0.9,
    "tests/survival/": 1.1,
}
"""About how many seconds a test takes, by the beginning of its path; others are quick."""

_QUICK_SECONDS = 0.05
_ATTACKS = "tests/attack/"
_CONFORMANCE = "tests/conformance/"
_HISTORY = re.compile(r"-((?:django|fastapi)-(?:sqlite|postgresql))-")


class ServerScheduling(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """Keeps tests together that share a server, a database or a browser; longest first.

    A process that goes on within a folder keeps the folder's fixtures: see `next_scope`.
    pytest-xdist's groups do not work with pytest 9.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        self._last: dict[WorkerController, str] = {}
        self._seconds: dict[str, float] = {}

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if not self._seconds:
            self._seconds = {scope: seconds_of(tests) for scope, tests in self.workqueue.items()}
        seconds = {scope: self._seconds[scope] for scope in self.workqueue}
        others = [scope for each, scope in self._last.items() if each is not node]
        scope = next_scope(seconds, self._last.get(node), others)
        self._last[node] = scope
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def next_scope(seconds: Mapping[str, float], last: str | None, others: Collection[str]) -> str:
    """The scope for a process after its `last` one; `others` are those of the other processes.

    `seconds` are the durations of the scopes that wait. A process stays in its folder while tests
    wait there, and with its arm if possible. A new folder is the folder with most seconds for each
    process that would be in it.
    """
    folders: dict[str, float] = defaultdict(float)
    for scope, took in seconds.items():
        folders[_folder_of(scope)] += took
    if last is not None and _folder_of(last) in folders:
        chosen = _folder_of(last)
    else:
        sharing = Counter(map(_folder_of, others))
        chosen = max(folders, key=lambda folder: folders[folder] / (sharing[folder] + 1))
    within = [scope for scope in seconds if _folder_of(scope) == chosen]
    return max(within, key=lambda scope: (_is_alike(scope, last), seconds[scope]))


@cache
def scope_of(nodeid: str) -> str:
    """The scope in which tests share a server: a file, or an arm in a file or in a suite."""
    path, _, test = nodeid.partition("::")
    parameters = test.partition("[")[2].removesuffix("]")
    arm = _arm_in(parameters)
    if path.startswith(_CONFORMANCE):
        return arm or path
    if arm and path.startswith(_ATTACKS):
        return f"{_ATTACKS} {arm}"
    shared = arm or _history_in(parameters)
    return f"{path} {shared}" if shared else path


@cache
def _folder_of(scope: str) -> str:
    """The folder of a scope's tests; a scope that is an arm alone belongs to the conformance."""
    path = scope.partition(" ")[0]
    return f"{path.rpartition('/')[0]}/" if "/" in path else _CONFORMANCE


def _is_alike(scope: str, last: str | None) -> bool:
    """Whether both have the same arm, or both have none."""
    return last is not None and scope.partition(" ")[2] == last.partition(" ")[2]


def seconds_of(tests: Iterable[str]) -> float:
    """About how many seconds the tests with these ids take one after another."""
    return sum(
        next((took for path, took in _SECONDS.items() if each.startswith(path)), _QUICK_SECONDS)
        for each in tests
    )


def _arm_in(parameters: str) -> str | None:
    """The arm among a test's parameters, which pytest joins by hyphens."""
    padded = f"-{parameters}-"
    found = [arm for arm in load_arms() if f"-{arm}-" in padded]
    return max(found, key=len, default=None)


def _history_in(parameters: str) -> str | None:
    """The chat and its database among a test's parameters."""
    found = _HISTORY.search(f"-{parameters}-")
    return None if found is None else found[1]
