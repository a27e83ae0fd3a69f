"""The declared differences are strict expected failures: one that passes is a failure.

Only a difference that shows sometimes, by timing, may pass.
"""

from typing import Any

import pytest

from bench.declared.differences import load_differences
from tests.conformance.connection import ClosedError, RefusedError

# Only these errors are expected, because they come from the server and not from the test's code.
_BY_THE_SERVER = (AssertionError, ClosedError, RefusedError)


def mark_expected_failures(items: list[pytest.Item]) -> None:
    """Mark the tests that are parametrised by an arm (`server` or `arm`)."""
    for item in items:
        arm = arm_of(item)
        if arm is None or not isinstance(item, pytest.Function):
            continue
        test = f"{item.path.parent.name}/{item.path.name}::{item.originalname}"
        case = item.callspec.id.removeprefix(arm).removeprefix("-")
        for difference in load_differences():
            if difference.matches(arm, test, case):
                reason = difference.reason
                item.add_marker(
                    pytest.mark.xfail(
                        reason=reason, strict=not difference.sometimes, raises=_BY_THE_SERVER
                    )
                )


def arm_of(item: pytest.Item) -> str | None:
    """The id of the arm that this test is about; None where it is about none."""
    callspec: Any = getattr(item, "callspec", None)
    if callspec is None:
        return None
    arm = callspec.params.get("server") or callspec.params.get("arm")
    return arm if isinstance(arm, str) else None  # of no arms, pytest makes a test that is skipped
