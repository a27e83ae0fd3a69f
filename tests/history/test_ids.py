"""An id is one message of its user in its room, however often it is repeated, in any process."""

from collections import Counter

from chat_core.frames import ImageFile
from chat_core.history import NewMessage
from tests.history.process import ChatProcess

IMAGE = ImageFile("image/png", "", b"\x89PNG\r\n\x1a\n")


def test_a_repeated_message_has_the_first_seq(process: ChatProcess, room: str) -> None:
    first, other = _message(room, "1"), _message(room, "2")
    image = NewMessage(room, "ann", "1", 9, image=IMAGE)

    assert process.append(first) == [1]
    assert process.append(image) == [-1]
    assert process.append(other, first, image, other) == [2, -1, -1, -2]
    assert process.append(_message(room, "3"), _message(room, "3")) == [3, -3]
    assert process.ask("newest", room) == 3
    assert [each["id"] for each in process.ask("after", room, 0, 9)] == ["1", "2", "3"]
    assert process.ask("image", room, 1) is None


def test_a_repeated_message_does_not_block_other_rooms(process: ChatProcess, room: str) -> None:
    """Both are in one transaction, and the new message is still committed."""
    process.append(_message(room, "1"))
    images = [NewMessage(f"{room}-{number}", "ann", "1", 0, image=IMAGE) for number in range(2)]

    assert process.append(images[0], _message(room, "1"), images[1]) == [1, -1, 1]
    assert process.ask("image", f"{room}-1", 1) is not None


def test_an_id_belongs_to_a_user_in_a_room(process: ChatProcess, room: str) -> None:
    said = [
        NewMessage(where, user, "\0\x1b2", 0, "hi")
        for where in (room, f"{room}-other")
        for user in ("ann", "bob")
    ]

    assert process.append(*said) == [1, 2, 1, 2]
    assert process.append(*said) == [-1, -2, -1, -2]


def test_processes_that_append_the_same_message_at_once_keep_it_once(
    process: ChatProcess, crew: list[ChatProcess], room: str
) -> None:
    said = [_message(room, str(number)) for number in range(60)]
    for number, each in enumerate(crew):
        order = said if number % 2 else said[::-1]
        each.send([("append", message) for message in order])
    seqs: dict[str, list[int]] = {message.id: [] for message in said}
    for number, each in enumerate(crew):
        order = said if number % 2 else said[::-1]
        for message, seq in zip(order, each.receive(), strict=True):
            seqs[message.id].append(seq)

    kept = process.ask("after", room, 0, 100)
    assert [message["seq"] for message in kept] == list(range(1, 61))
    for message in kept:
        found = Counter(seqs[message["id"]])
        assert found == {message["seq"]: 1, -message["seq"]: len(crew) - 1}


def _message(room: str, identifier: str) -> NewMessage:
    return NewMessage(room, "ann", identifier, 0, "hi")
