"""Taking back deletes the text and the image from the database, and gives the room its place."""

from chat_core.frames import ImageFile
from chat_core.history import MESSAGE_BYTES, NewMessage, Retraction
from tests.history.conftest import MakeDatabase, file_of, sqlite
from tests.history.process import ChatProcess, TooLarge, Unavailable, Unknown, migrate

PNG = ImageFile("image/png", "secret name", b"\x89PNG\r\n\x1a\n" + b"secret picture" * 500)


def _said(room: str, identifier: str, text: str = "", image: ImageFile | None = None) -> NewMessage:
    return NewMessage(room, "ann", identifier, 0, text, image, "m1")


def _retraction(room: str, seq: int, author: str = "m1") -> Retraction:
    return Retraction(room, seq, author, "ann")


def test_only_its_author_takes_a_message_back(process: ChatProcess, room: str) -> None:
    process.append(_said(room, "1", "é\0"), _said(room, "2", image=PNG))
    process.append(NewMessage(room, "ann", "3", 0, "of an older release"))

    unknown = [_retraction(room, 1, "m2"), _retraction(room, 4), _retraction(f"{room}-other", 1)]
    for each in (*unknown, _retraction(room, 3, "m1")):
        assert process.ask("unsay", each) == Unknown()
    assert process.ask_all([("unsay", _retraction(room, seq)) for seq in (1, 2)]) == [True, True]
    assert process.ask("unsay", _retraction(room, 1)) is False
    kept = process.ask("after", room, 0, 9)
    assert [(each["text"], each.get("unsaid")) for each in kept] == [
        ("", True),
        ("", True),
        ("of an older release", None),
    ]
    assert process.ask("image", room, 2) is None
    assert process.append(_said(room, "2", "again")) == [-2], "its id is still that message"


def test_processes_that_take_back_at_once_do_it_once(
    process: ChatProcess, crew: list[ChatProcess], room: str
) -> None:
    process.append(*(_said(room, str(number), "x") for number in range(20)))
    for each in crew:
        each.send([("unsay", _retraction(room, seq)) for seq in range(1, 21)])
    answers = [each.receive() for each in crew]
    again = process.ask_all([("unsay", _retraction(room, seq)) for seq in range(1, 21)])
    for of_seq in zip(*answers, again, strict=True):
        # On a busy machine, an answer may say that it is not certain: then nobody may have done it.
        least = 0 if any(isinstance(answer, Unavailable) for answer in of_seq) else 1
        assert least <= of_seq.count(True) <= 1
    assert all(each["unsaid"] for each in process.ask("after", room, 0, 20))


def test_the_room_has_its_place_again(chat: str, database: str, room: str) -> None:
    most = 2 * MESSAGE_BYTES + len(PNG.data)
    with ChatProcess(chat, database, CHAT_ROOM_BYTES=str(most)) as process:
        assert process.append(_said(room, "1", image=PNG)) == [1]
        (full,) = process.append(_said(room, "2", "x"))
        assert isinstance(full, TooLarge)
        assert process.ask("unsay", _retraction(room, 1))
        assert process.append(_said(room, "2", "x" * len(PNG.data))) == [2]


@sqlite
def test_a_database_file_has_nothing_of_it_any_more(
    chat: str, kind: str, make_database: MakeDatabase
) -> None:
    url = make_database(kind)
    migrate(chat, url)
    with ChatProcess(chat, url) as process:
        process.append(_said("r", "1", "secret text" * 300), _said("r", "2", image=PNG))
        assert process.ask_all([("unsay", _retraction("r", seq)) for seq in (1, 2)]) == [True] * 2
        process.ask("pragma", "wal_checkpoint(TRUNCATE)")
        assert b"secret" not in file_of(url).read_bytes()
