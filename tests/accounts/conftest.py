"""Both chats with accounts: two workers each, over one Redis and one PostgreSQL."""

import itertools
from collections.abc import Iterator

import pytest

from bench.declared.arms import find_arm
from bench.stack.engines import RedisEngine
from bench.stack.postgres import PostgresEngine
from bench.stack.stack import Stack
from tests.accounts.visitor import Visitor
from tests.conformance.room import Room

SHARED = ("channels-uvicorn-redis-postgresql", "fastapi-uvicorn-redis-postgresql")
"""Accounts do not depend on the server, so one server is enough."""


_numbers = itertools.count(1)
"""The stacks that run already: a worker process that gets another file may need the same arm."""


@pytest.fixture(scope="package")
def postgres() -> Iterator[PostgresEngine]:
    engine = PostgresEngine()
    yield engine
    engine.stop()


@pytest.fixture(scope="package")
def redis() -> Iterator[RedisEngine]:
    engine = RedisEngine()
    yield engine
    engine.stop()


_ENGINES = [pytest.mark.redis, pytest.mark.postgres]


@pytest.fixture(scope="package", params=[pytest.param(arm, marks=_ENGINES) for arm in SHARED])
def stack(
    request: pytest.FixtureRequest, postgres: PostgresEngine, redis: RedisEngine
) -> Iterator[Stack]:
    """Two workers that many tests share; each test uses its own names."""
    with Stack(
        find_arm(request.param),
        workers=2,
        redis=redis.address,
        history=postgres.create_database(f"{request.param.replace('-', '_')}_{next(_numbers)}"),
        environ={"CHAT_LOGIN_LIMIT": "off"},
    ) as started:
        yield started


@pytest.fixture
def room(stack: Stack) -> Iterator[Room]:
    """A room that no other test uses."""
    with Room(stack.url) as entered:
        yield entered


@pytest.fixture
def visitor(stack: Stack) -> Iterator[Visitor]:
    """A visitor without a cookie."""
    with Visitor(stack.url) as somebody:
        yield somebody


@pytest.fixture
def other(stack: Stack) -> Iterator[Visitor]:
    """Somebody else."""
    with Visitor(stack.url) as somebody:
        yield somebody
