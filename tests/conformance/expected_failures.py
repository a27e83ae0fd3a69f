"""What a server cannot fulfil, declared as data and held to it: one that passes is a failure."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.connection import ClosedError, RefusedError

_DECLARATIONS = Path(__file__).with_name("expected_failures.toml")


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """`arms` are patterns of ids; `tests` are MODULE::FUNCTION, all cases of it."""

    arms: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str

    def matches(self, arm: str, test: str) -> bool:
        """Whether this test is to fail on this arm."""
        return test in self.tests and any(fnmatchcase(arm, pattern) for pattern in self.arms)


def load_expected_failures() -> list[ExpectedFailure]:
    """All of them, in the order in which they are declared."""
    document = tomllib.loads(_DECLARATIONS.read_text("utf-8"))
    return [
        ExpectedFailure(tuple(entry["arms"]), tuple(entry["tests"]), entry["reason"])
        for entry in document["expected"]
    ]


def mark_expected_failures(items: list[pytest.Item]) -> None:
    """Mark the tests that are parametrised by an arm (`server` or `arm`)."""
    expected = load_expected_failures()
    for item in items:
        arm = arm_of(item)
        if arm is None or not isinstance(item, pytest.Function):
            continue
        test = f"{item.path.stem}::{item.originalname}"
        for failure in expected:
            if failure.matches(arm, test):
                # Only what the server does is expected, never a mistake of the test.
                raises = (AssertionError, ClosedError, RefusedError)
                item.add_marker(
                    pytest.mark.xfail(reason=failure.reason, strict=True, raises=raises)
                )


def arm_of(item: pytest.Item) -> str | None:
    """The id of the arm that this test is about."""
    callspec: Any = getattr(item, "callspec", None)
    if callspec is None:
        return None
    arm: str | None = callspec.params.get("server") or callspec.params.get("arm")
    return arm
