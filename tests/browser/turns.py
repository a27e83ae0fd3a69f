"""Which backend serves the page to a test that names one: the backends take turns.

The page is the same behind both backends, and the conformance suite compares the backends. So
`make test` opens it once for each case, and `make test-all` once for each case and backend.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent


def other_backends(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Of each case of this folder that has several backends, all items but one."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        backend = _backend(item)
        if backend is not None and item.path.parent == _FOLDER:
            cases[item.nodeid.replace(backend, "")].append(item)
    chosen = {_chosen(name, case) for name, case in cases.items()}
    return {item for case in cases.values() for item in case} - chosen


def _chosen(name: str, case: list[pytest.Item]) -> pytest.Item:
    return sorted(case, key=lambda item: item.nodeid)[zlib.crc32(name.encode()) % len(case)]


def _backend(item: pytest.Item) -> str | None:
    """The backend among the parameters of a test."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("backend")
