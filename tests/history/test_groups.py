"""Messages that arrive together are committed together: all of them, or none."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import URL, create_engine, make_url, text

from chat_core.frames import ImageFile
from chat_core.history import NewMessage
from tests.history.process import ChatProcess, Unavailable

IMAGE = ImageFile("image/png", "", b"\x89PNG\r\n\x1a\n")
MOST = 7


def test_a_group_that_fails_is_not_committed_in_part(
    process: ChatProcess, database: str, room: str
) -> None:
    rooms = [f"{room}-0", f"{room}-1"]
    texts = [NewMessage(rooms[number % 2], "ann", str(number), 0, "hi") for number in range(6)]
    image = NewMessage(rooms[1], "ann", "image", 0, image=IMAGE)
    with without_pictures(process.chat, database):
        told = process.append(*texts, image, *texts)

        assert len(told) == 13
        assert all(isinstance(each, Unavailable) for each in told)
        assert process.ask_all([("newest", each) for each in rooms]) == [0, 0]
        assert process.ask("before", rooms[0], None, 10) == []

    assert process.append(*texts, image) == [1, 1, 2, 2, 3, 3, 4]


def test_a_group_has_at_most_the_allowed_number_of_messages(
    chat: str, database: str, room: str
) -> None:
    said = [NewMessage(room, "ann", str(number), 0, "hi") for number in range(2 * MOST + 3)]
    said.append(NewMessage(room, "ann", "image", 0, image=IMAGE))
    with (
        ChatProcess(chat, database, CHAT_COMMIT_GROUP=str(MOST)) as process,
        without_pictures(chat, database),
    ):
        told = process.append(*said)

    # The image fails only its group, which is the last one.
    assert told[: 2 * MOST] == list(range(1, 2 * MOST + 1))
    assert len(told) == 2 * MOST + 4
    assert all(isinstance(each, Unavailable) for each in told[2 * MOST :])


@contextlib.contextmanager
def without_pictures(chat: str, database: str) -> Iterator[None]:
    """Let every commit with an image fail."""
    table = f"{chat}_chat_image"
    execute(database, f"ALTER TABLE {table} RENAME TO away")
    yield
    execute(database, f"ALTER TABLE away RENAME TO {table}")


def execute(database: str, statement: str) -> None:
    """Run a statement over a separate connection."""
    engine = create_engine(sync_url(database))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def sync_url(database: str) -> URL:
    """The URL of a database for synchronous SQLAlchemy."""
    url = make_url(database)
    return url if url.drivername == "sqlite" else url.set(drivername="postgresql+psycopg")
