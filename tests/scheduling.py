"""Which tests share a process when several run side by side, and in which order."""

from collections.abc import Iterable
from functools import cache

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from bench.declared.arms import load_arms

_SECONDS = {
    "tests/browser/": 5.0,
    "tests/differential/": 10.0,
    "tests/survival/": 20.0,
    "tests/stack/": 3.0,
    "tests/bench/": 2.0,
    "tests/load/": 1.0,
    "tests/history/": 0.7,
    "tests/accounts/": 0.7,
    "tests/attack/": 5.0,
}
"""About how many seconds long tests take; others are quick."""

_QUICK_SECONDS = 0.05
_ATTACKS = "tests/attack/"


class ServerScheduling(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """Keeps the conformance tests of an arm together, and the tests of a file; longest first.

    pytest-xdist's groups do not work with pytest 9. A long test at the end would run alone.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = max(self.workqueue, key=lambda scope: seconds_of(self.workqueue[scope]))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


@cache
def scope_of(nodeid: str) -> str:
    """The scope in which tests share a server: a file, or an arm in a file or in a suite."""
    path, _, test = nodeid.partition("::")
    arm = _arm_in(test.partition("[")[2].removesuffix("]"))
    if path.startswith("tests/conformance/"):
        return arm or path
    if arm and path.startswith(_ATTACKS):
        return f"{_ATTACKS} {arm}"
    return f"{path} {arm}" if arm else path


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
