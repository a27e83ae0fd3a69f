"""A room holds as many bytes as it may, and not one more; all rooms together have a bound, too."""

from chat_core.frames import ImageFile
from chat_core.history import MESSAGE_BYTES, NewMessage
from tests.history.conftest import MakeDatabase
from tests.history.process import ChatProcess, TooLarge, migrate

PNG = b"\x89PNG\r\n\x1a\n"
MOST = 10_000


def test_a_room_that_is_full_takes_nothing_more(chat: str, database: str, room: str) -> None:
    full = TooLarge(f"the room is full: it takes at most {MOST} bytes")
    half = MOST // 2 - MESSAGE_BYTES
    with ChatProcess(chat, database, CHAT_ROOM_BYTES=str(MOST)) as process:
        first, second, third = (_image(room, str(number), half) for number in range(3))
        assert process.append(first, second, third) == [1, 2, full], "in one transaction"
        assert process.append(_text(room, "4", "x"), first) == [full, -1]
        assert process.append(_text(f"{room}-other", "4", "x")) == [1]
    with ChatProcess(chat, database, CHAT_ROOM_BYTES=str(MOST + MESSAGE_BYTES + 2)) as process:
        assert process.append(_text(room, "4", "éé"))[0] != 3, "bytes, and not code points"
        assert process.append(_text(room, "4", "é")) == [3]
        assert process.ask("newest", room) == 3
    with ChatProcess(chat, database, CHAT_ROOM_BYTES="off") as process:
        assert process.append(_image(room, "5", MOST)) == [4]


def test_many_rooms_do_not_hold_more_together(
    chat: str, kind: str, make_database: MakeDatabase
) -> None:
    url = make_database(kind)
    migrate(chat, url)
    full = TooLarge("the history is full: nothing more is kept")
    settings = {"CHAT_ROOM_BYTES": str(MOST), "CHAT_HISTORY_BYTES": str(MOST)}
    half = MOST // 2 - MESSAGE_BYTES
    with ChatProcess(chat, url, **settings) as process, ChatProcess(chat, url, **settings) as other:
        assert process.append(_image("a", "1", half)) == [1]
        assert process.append(_image("b", "1", half)) == [1]
        assert process.append(_text("c", "1", "x")) == [full]
        assert other.append(_text("d", "1", "x")) == [full], "it is measured at the first commit"
        assert process.append(_image("a", "1", half), _text("a", "2", "x")) == [-1, full]
        assert process.ask("newest", "a") == 1


def _text(room: str, identifier: str, text: str) -> NewMessage:
    return NewMessage(room, "ann", identifier, 0, text)


def _image(room: str, identifier: str, size: int) -> NewMessage:
    image = ImageFile("image/png", "", PNG + bytes(size - len(PNG)))
    return NewMessage(room, "ann", identifier, 0, image=image)
