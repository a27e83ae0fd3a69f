"""What arrives together is committed together: all of it, or nothing."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from chat_core.frames import Picture
from chat_core.history import Said
from tests.history.conftest import MakeDatabase
from tests.history.process import ChatProcess, Unavailable, migrate

PICTURE = Picture("image/png", "", b"\x89PNG\r\n\x1a\n")
TABLES = {"django": "django_chat", "fastapi": "fastapi_chat"}


@pytest.fixture
def own_database(chat: str, kind: str, make_database: MakeDatabase) -> Iterator[str]:
    """A database that a test may break."""
    url = make_database(kind)
    migrate(chat, url)
    yield url


def test_a_group_that_fails_is_not_committed_in_part(chat: str, own_database: str) -> None:
    texts = [Said(f"room{number % 2}", "ann", str(number), 0, "hi") for number in range(6)]
    image = Said("room1", "ann", "image", 0, picture=PICTURE)
    table = f"{TABLES[chat]}_picture"
    with ChatProcess(chat, own_database) as process:
        execute(own_database, f"ALTER TABLE {table} RENAME TO away")
        told = process.append(*texts, image, *texts)

        assert len(told) == 13
        assert all(isinstance(each, Unavailable) for each in told)
        assert process.ask_all([("newest", "room0"), ("newest", "room1")]) == [0, 0]
        assert process.ask("before", "room0", None, 10) == []

        execute(own_database, f"ALTER TABLE away RENAME TO {table}")

        assert process.append(*texts, image) == [1, 1, 2, 2, 3, 3, 4]


@pytest.mark.parametrize("most", [1, 7])
def test_a_group_has_no_more_messages_than_it_may(chat: str, own_database: str, most: int) -> None:
    said = [Said("room", "ann", str(number), 0, "hi") for number in range(20)]
    said.append(Said("room", "ann", "image", 0, picture=PICTURE))
    with ChatProcess(chat, own_database, CHAT_COMMIT_GROUP=str(most)) as process:
        execute(own_database, f"ALTER TABLE {TABLES[chat]}_picture RENAME TO away")
        told = process.append(*said)

        # The image breaks its own group, and no other.
        broken = (len(said) - 1) % most + 1
        assert told[:-broken] == list(range(1, len(said) - broken + 1))
        assert all(isinstance(each, Unavailable) for each in told[-broken:])


def execute(url: str, statement: str) -> None:
    """Run a statement from outside."""
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername=driver[parsed.drivername]))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
