"""That the suite asks what it says it asks."""

import importlib
import os
from pathlib import PurePath

import pytest

from bench.arms import load_arms
from bench.differences import Difference, load_differences
from bench.engines import NO_REDIS, find_redis_server
from bench.postgres import NO_POSTGRES, find_postgres

pytestmark = pytest.mark.arms_here

_WITHOUT_REDIS = "CHAT_TESTS_WITHOUT_REDIS"
_WITHOUT_POSTGRES = "CHAT_TESTS_WITHOUT_POSTGRES"


def test_the_arms_over_redis_are_asked() -> None:
    if find_redis_server() is None and os.environ.get(_WITHOUT_REDIS) == "1":
        pytest.skip(NO_REDIS)
    assert find_redis_server() is not None, f"{NO_REDIS} To do without, set {_WITHOUT_REDIS}=1."


def test_the_arms_over_postgresql_are_asked() -> None:
    if find_postgres() is None and os.environ.get(_WITHOUT_POSTGRES) == "1":
        pytest.skip(NO_POSTGRES)
    assert find_postgres() is not None, f"{NO_POSTGRES} To do without, set {_WITHOUT_POSTGRES}=1."


@pytest.mark.parametrize("difference", load_differences(), ids=lambda each: each.what)
def test_a_difference_names_arms_and_tests_that_are(difference: Difference) -> None:
    for pattern in difference.arms:
        named = Difference("", "", (pattern,), (), "", "")
        assert named.of(load_arms()), pattern
    for test in difference.tests:
        file, _, function = test.partition("[")[0].partition("::")
        module = importlib.import_module(".".join(("tests", *PurePath(file).with_suffix("").parts)))
        assert hasattr(module, function), test


def test_a_difference_is_told_once() -> None:
    told = [(each.topic, each.what) for each in load_differences()]
    assert len(set(told)) == len(told)
