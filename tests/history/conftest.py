"""Databases for the histories: a SQLite file, or a database in a local PostgreSQL."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.stack.postgres import PostgresEngine
from tests.history.process import CHATS, ChatProcess, PatientChatProcess, migrate

_numbers = itertools.count()

postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="package")
sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="package")

MakeDatabase = Callable[[str], str]
"""Makes an empty database of that kind, and returns its URL."""


@pytest.fixture(scope="package")
def postgres() -> Iterator[PostgresEngine]:
    engine = PostgresEngine()
    yield engine
    engine.stop()


@pytest.fixture(scope="package")
def make_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> MakeDatabase:
    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('history') / 'chat.db'}"
        engine: PostgresEngine = request.getfixturevalue("postgres")
        return engine.create_database(f"history_{next(_numbers)}")

    return make


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def database(kind: str, make_database: MakeDatabase) -> str:
    """The URL of a database that both chats share."""
    url = make_database(kind)
    for chat in CHATS:
        migrate(chat, url)
    return url


@pytest.fixture(scope="package", params=CHATS)
def chat(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def process(chat: str, database: str) -> Iterator[ChatProcess]:
    """A process that many tests share; each test uses its own rooms."""
    with PatientChatProcess(chat, database) as started:
        yield started


@pytest.fixture(scope="package")
def crew(chat: str, database: str) -> Iterator[list[ChatProcess]]:
    """Three more processes of the same chat."""
    with ExitStack() as stack:
        yield [stack.enter_context(PatientChatProcess(chat, database)) for _ in range(3)]


@pytest.fixture
def room(request: pytest.FixtureRequest) -> str:
    """A room that no other test uses."""
    return f"room-{next(_numbers)}"


def file_of(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))
