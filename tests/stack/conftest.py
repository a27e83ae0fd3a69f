"""One PostgreSQL for the tests of this folder: to make one takes longer than most of them."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from bench.declared.arms import find_arm
from bench.stack.postgres import PostgresEngine

FanoutDatabase = Callable[[str], str | None]
"""For an arm's id: the address of a new database for its fan-out, or None if it needs none."""

_numbers = itertools.count()


@pytest.fixture(scope="package")
def postgres() -> Iterator[PostgresEngine]:
    """Shared: a test takes a new database, and starts again what it stops."""
    engine = PostgresEngine()
    yield engine
    engine.stop()


@pytest.fixture(scope="package")
def fanout_database(request: pytest.FixtureRequest) -> FanoutDatabase:
    def make(arm: str) -> str | None:
        if not find_arm(arm).fanout_needs_postgres:
            return None
        engine: PostgresEngine = request.getfixturevalue("postgres")
        return engine.create_database(f"fanout_{next(_numbers)}").removeprefix("postgresql://")

    return make
