"""Tests that share a server run in one process."""

import pytest

from tests.scheduling import next_scope, scope_of, seconds_of


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        (
            "tests/conformance/test_wire.py::test_a[fastapi-uvicorn-memory]",
            "fastapi-uvicorn-memory",
        ),
        (
            "tests/conformance/test_http.py::test_b[too long-channels-daphne-redis-postgresql]",
            "channels-daphne-redis-postgresql",
        ),
        ("tests/conformance/test_arms.py::test_c", "tests/conformance/test_arms.py"),
        ("tests/browser/test_client.py::test_d[fastapi]", "tests/browser/test_client.py"),
        ("tests/stack/test_stack.py::test_e[picows]", "tests/stack/test_stack.py picows"),
        (
            "tests/attack/test_frames.py::test_g[channels-daphne-memory]",
            "tests/attack/ channels-daphne-memory",
        ),
        ("tests/stack/test_stack.py::test_f", "tests/stack/test_stack.py"),
        (
            "tests/history/test_ids.py::test_h[django-sqlite]",
            "tests/history/test_ids.py django-sqlite",
        ),
    ],
)
def test_tests_that_share_a_server_have_one_scope(nodeid: str, scope: str) -> None:
    assert scope_of(nodeid) == scope


def test_long_tests_come_before_many_tests() -> None:
    many = [f"tests/chat_core/test_vectors.py::test_a[{number}]" for number in range(20)]
    assert seconds_of(["tests/survival/test_survival.py::test_b"]) > seconds_of(many) > 0


WAITING = {
    "tests/browser/test_long.py": 30.0,
    "tests/accounts/test_calls.py fastapi-uvicorn-redis": 3.0,
    "tests/accounts/test_calls.py channels-uvicorn-redis": 2.0,
    "tests/accounts/test_names.py": 4.0,
    "fastapi-uvicorn-memory": 20.0,
    "channels-uvicorn-memory": 21.0,
}


@pytest.mark.parametrize(
    ("last", "others", "expected"),
    [
        (None, [], "channels-uvicorn-memory"),
        (None, ["fastapi-granian-memory"], "tests/browser/test_long.py"),
        (
            "tests/accounts/test_admin.py channels-uvicorn-redis",
            [],
            "tests/accounts/test_calls.py channels-uvicorn-redis",
        ),
        ("tests/accounts/test_admin.py", [], "tests/accounts/test_names.py"),
        (
            "tests/accounts/test_admin.py channels-daphne-redis",
            [],
            "tests/accounts/test_names.py",
        ),
        (
            "tests/history/test_ids.py",
            ["tests/browser/a.py", "tests/browser/b.py", "fastapi-granian-memory"],
            "channels-uvicorn-memory",
        ),
    ],
)
def test_a_process_stays_in_its_folder_and_with_its_arm(
    last: str | None, others: list[str], expected: str
) -> None:
    assert next_scope(WAITING, last, others) == expected
