"""The suite runs on all arms that it claims."""

import fnmatch
import importlib
import os
import subprocess
import sys
from pathlib import PurePath

import pytest

from bench.declared.arms import load_arms
from bench.declared.differences import Difference, load_differences
from bench.stack.engines import NO_REDIS, find_redis_server
from bench.stack.postgres import NO_POSTGRES, find_postgres
from chat_servers.settings import HARDENED
from tests.conformance.rows import ROWS, Row, uncovered
from tests.conformance.selection import ASPECTS, covering, features

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
def test_a_difference_names_existing_arms_and_tests(difference: Difference) -> None:
    for pattern in difference.arms:
        named = Difference("", "", (pattern,), (), "", "")
        assert named.of(load_arms()), pattern
    for test in difference.tests:
        file, _, function = test.partition("[")[0].partition("::")
        module = importlib.import_module(".".join(("tests", *PurePath(file).with_suffix("").parts)))
        assert hasattr(module, function), test


def test_a_difference_is_declared_once() -> None:
    told = [(each.topic, each.what) for each in load_differences()]
    assert len(set(told)) == len(told)


def test_each_row_is_tested_wherever_its_answer_can_differ(pytestconfig: pytest.Config) -> None:
    assert {row.test: found for row in pytestconfig.stash[ROWS] if (found := uncovered(row))} == {}


def test_a_row_that_is_not_tested_everywhere_is_found() -> None:
    ids = tuple(arm.id for arm in load_arms().values() if arm.kind == "chat")
    left_out = ("daphne", "pubsub", "granian", "channels-hypercorn")
    asked = tuple(each for each in ids if not any(part in each for part in left_out))
    row = Row("test_wire", "", "test_a", ASPECTS, ids, asked, (), ids)
    assert uncovered(row) == [
        "django-channels: fanout pubsub",
        "django-channels: fanout redis, tutorial",
        "django-channels: server daphne",
        "django-channels: the standard chat on daphne",
        "fastapi: server daphne",
        "fastapi: the standard chat on daphne",
        "server granian",
    ]
    assert uncovered(Row("test_wire", "", "test_a", (), ids, asked, (), asked)) == []
    assert uncovered(Row("test_wire", "", "test_a", (), ids, (), (), ids)) == [
        "django-channels",
        "fastapi",
    ]


def test_a_case_that_is_not_tested_everywhere_is_found() -> None:
    ids = tuple(arm.id for arm in load_arms().values() if arm.kind == "chat")
    one = ("channels-uvicorn-memory", "fastapi-uvicorn-memory-sqlite")
    assert uncovered(Row("test_wire", "", "test_a", ASPECTS, ids, ids, (), one)) == []
    assert uncovered(Row("test_wire", "", "test_a", ASPECTS, ids, ids, ("history",), one)) == [
        "further cases: django-channels: history postgresql",
        "further cases: django-channels: history sqlite",
        "further cases: fastapi: history off",
        "further cases: fastapi: history postgresql",
    ]


def test_few_arms_cover_everything_that_can_make_a_difference() -> None:
    arms = [
        arm
        for arm in load_arms().values()
        if arm.framework == "django-channels" and arm.server in HARDENED
    ]
    seen = {arm: features(arm, ASPECTS) for arm in arms}
    chosen = covering(seen)
    assert {each for arm in chosen for each in seen[arm]} == {
        each for own in seen.values() for each in own
    }
    assert len(chosen) < len(arms) / 2
    assert {arm.server for arm in chosen if arm.variant == "standard"} == set(HARDENED)


def test_arms_without_features_are_covered_by_one_arm() -> None:
    arms = [arm for arm in load_arms().values() if arm.framework == "fastapi"]
    assert [arm.id for arm in covering({arm: set() for arm in arms})] == ["fastapi-uvicorn-memory"]


def test_each_declared_difference_is_tested(pytestconfig: pytest.Config) -> None:
    unasked = [
        (difference.what, pattern, row.test)
        for row in pytestconfig.stash[ROWS]
        for difference in load_differences()
        if any(
            each.partition("[")[0] == f"conformance/{row.module}.py::{row.test}"
            for each in difference.tests
        )
        for pattern in difference.arms
        if fnmatch.filter(row.suits, pattern) and not fnmatch.filter(row.asked, pattern)
    ]
    assert unasked == []


def test_one_arm_is_asked_everything() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    options = ["tests/conformance", "--arm", "fastapi-daphne-redis"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    rows = {
        line.partition("::")[2].partition("[")[0]
        for line in done.stdout.splitlines()
        if "[" in line and "fastapi-daphne-redis" in line
    }
    assert done.returncode == 0, done.stdout
    assert {"test_a_close_frame_is_answered", "test_every_file_is_served"} <= rows
    assert "channels-" not in done.stdout
    assert "test_arms" not in done.stdout, "which is about no arm"
