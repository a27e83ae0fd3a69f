"""`python -m tests.conformance.coverage`: the rows of the contract as JSON.

`chatbench report` makes docs/coverage.md from them. Exits with 1 if the suite cannot be collected.
"""

import contextlib
import io
import json
import sys
from dataclasses import asdict

import pytest

from tests.conformance.rows import ROWS, Row

_OPTIONS = ("tests/conformance", "--collect-only", "-q", "-p", "no:cacheprovider")


class _Collected:
    """A plugin that stores the rows of the session."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.rows = session.config.stash[ROWS]


def main() -> int:
    """Print the rows; return the exit code."""
    collected, said = _Collected(), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main([*_OPTIONS], plugins=[collected])
    if code != pytest.ExitCode.OK:
        print(said.getvalue().strip(), file=sys.stderr)
        return 1
    print(json.dumps([asdict(row) for row in collected.rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
