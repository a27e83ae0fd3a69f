"""What runs in one process where several run side by side, and what they begin with."""

from collections.abc import Iterable
from functools import cache

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from bench.arms import load_arms

_SECONDS = {
    "tests/browser/": 5.0,
    "tests/differential/": 10.0,
    "tests/survival/": 20.0,
    "tests/stack/": 3.0,
    "tests/bench/": 2.0,
    "tests/generator/": 1.0,
    "tests/history/": 0.7,
    "tests/accounts/": 0.7,
    "tests/attack/": 5.0,
}
"""How long a test takes, about; others are quick."""

_QUICK_SECONDS = 0.05


class ServerScheduling(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """An arm's conformance tests stay together, and the tests of a file; the longest come first.

    Not by pytest-xdist's groups: with pytest 9 they are not seen. What takes long and comes last
    would run alone.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = max(self.workqueue, key=lambda scope: seconds_of(self.workqueue[scope]))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


@cache
def scope_of(nodeid: str) -> str:
    """What a test shares its server by: an arm, within the conformance suite or a file; a file."""
    path, _, test = nodeid.partition("::")
    arm = _arm_in(test.partition("[")[2].removesuffix("]"))
    if path.startswith("tests/conformance/"):
        return arm or path
    return f"{path} {arm}" if arm else path


def seconds_of(tests: Iterable[str]) -> float:
    """How long tests take one after another, about; by their ids."""
    return sum(
        next((took for path, took in _SECONDS.items() if each.startswith(path)), _QUICK_SECONDS)
        for each in tests
    )


def _arm_in(parameters: str) -> str | None:
    """The arm among a test's parameters, which pytest joins by hyphens."""
    padded = f"-{parameters}-"
    found = [arm for arm in load_arms() if f"-{arm}-" in padded]
    return max(found, key=len, default=None)
