"""Tests that share a server run in one process."""

import pytest

from tests.scheduling import scope_of, seconds_of


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
    ],
)
def test_tests_that_share_a_server_have_one_scope(nodeid: str, scope: str) -> None:
    assert scope_of(nodeid) == scope


def test_long_tests_come_before_many_tests() -> None:
    many = [f"tests/chat_core/test_vectors.py::test_a[{number}]" for number in range(50)]
    assert seconds_of(["tests/survival/test_survival.py::test_b"]) > seconds_of(many) > 0
