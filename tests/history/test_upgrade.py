"""A database from before: what it has is read as it was, and counts."""

import pytest
from sqlalchemy import create_engine, text

from chat_core.history import MESSAGE_BYTES, NewMessage
from tests.history.conftest import MakeDatabase
from tests.history.process import ChatProcess, TooLarge, migrate, run
from tests.history.test_groups import sync_url

ROOM_COLUMN = {"django": "room_id", "fastapi": "room"}
PNG = b"\x89PNG\r\n\x1a\n"
ROWS = [
    (1, "same", "", "one"),
    (2, "same", "", "é"),
    (3, "same", "image/png", ""),
    (4, "4", "", ""),
]
BYTES = 4 * MESSAGE_BYTES + len("one") + len("é".encode()) + len(PNG)
OLD_TABLES = {
    "django": ("django", "migrate", "django_chat", "0001"),
    "fastapi": ("tests.history.fastapi_tables", "upgrade", "0002"),
}


@pytest.fixture
def old(chat: str, kind: str, make_database: MakeDatabase) -> str:
    """A database of the first release, in which one id is three messages."""
    url = make_database(kind)
    run(url, *OLD_TABLES[chat])
    prefix, room = f"{chat}_chat_", ROOM_COLUMN[chat]
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {prefix}room (name, newest) VALUES ('r', 4)"))
        for seq, identifier, mime, said in ROWS:
            connection.execute(
                text(
                    f'INSERT INTO {prefix}message (id, {room}, seq, client_id, "user", text, at,'
                    " mime, name) VALUES (:seq, 'r', :seq, :id, 'ann', :text, 0, :mime, '')"
                ),
                {"seq": seq, "id": identifier, "mime": mime, "text": said},
            )
        connection.execute(
            text(f"INSERT INTO {prefix}picture (message_id, data) VALUES (3, :data)"), {"data": PNG}
        )
    engine.dispose()
    return url


def test_what_is_there_is_read_as_it_was_and_an_id_is_its_first_message(
    chat: str, old: str
) -> None:
    migrate(chat, old)
    with ChatProcess(chat, old, CHAT_ROOM_BYTES=str(BYTES)) as process:
        kept = process.ask("after", "r", 0, 10)
        assert [each["id"] for each in kept] == ["same", "same", "same", "4"]
        assert (kept[2]["type"], kept[2]["size"]) == ("image", len(PNG))
        assert process.ask("image", "r", 3) is not None
        assert process.append(NewMessage("r", "ann", "same", 0, "again")) == [-1]
        assert isinstance(process.append(NewMessage("r", "ann", "5", 0, ""))[0], TooLarge)
