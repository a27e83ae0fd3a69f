"""Tests that share a server run in one process."""

import pytest

from tests.scheduling import scope_of


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
        ("tests/stack/test_stack.py::test_e[picows]", "tests/stack/test_stack.py"),
    ],
)
def test_a_scope_is_what_shares_a_server(nodeid: str, scope: str) -> None:
    assert scope_of(nodeid) == scope
