"""That the suite asks what it says it asks."""

import importlib
import os
from fnmatch import fnmatchcase

import pytest

from bench.arms import load_arms
from bench.engines import NO_REDIS, find_redis_server
from tests.conformance.expected_failures import ExpectedFailure, load_expected_failures

pytestmark = pytest.mark.arms_here

_WITHOUT_REDIS = "CHAT_TESTS_WITHOUT_REDIS"
_PACKAGES = ("tests.conformance", "tests.stack")


def test_the_arms_over_redis_are_asked() -> None:
    if find_redis_server() is None and os.environ.get(_WITHOUT_REDIS) == "1":
        pytest.skip(NO_REDIS)
    assert find_redis_server() is not None, f"{NO_REDIS} To do without, set {_WITHOUT_REDIS}=1."


@pytest.mark.parametrize("failure", load_expected_failures(), ids=lambda failure: failure.reason)
def test_an_expected_failure_names_arms_and_tests_that_are(failure: ExpectedFailure) -> None:
    for pattern in failure.arms:
        assert any(fnmatchcase(arm, pattern) for arm in load_arms()), pattern
    for test in failure.tests:
        assert _exists(test), test


def _exists(test: str) -> bool:
    module, _, function = test.partition("::")
    for package in _PACKAGES:
        try:
            return hasattr(importlib.import_module(f"{package}.{module}"), function)
        except ModuleNotFoundError:
            continue
    return False
