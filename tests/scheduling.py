"""Which tests run in one process where several run side by side: those that share a server."""

from functools import cache

from xdist.scheduler import LoadScopeScheduling

from bench.arms import load_arms


class ServerScheduling(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """An arm's conformance tests stay together, and the tests of a file.

    Not by pytest-xdist's groups: with pytest 9 they are not seen.
    """

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@cache
def scope_of(nodeid: str) -> str:
    """What a test shares its server by: the id of an arm, or a file."""
    path, _, test = nodeid.partition("::")
    if path.startswith("tests/conformance/"):
        return _arm_in(test.partition("[")[2].removesuffix("]")) or path
    return path


def _arm_in(parameters: str) -> str | None:
    """The arm among a test's parameters, which pytest joins by hyphens."""
    padded = f"-{parameters}-"
    found = [arm for arm in load_arms() if f"-{arm}-" in padded]
    return max(found, key=len, default=None)
