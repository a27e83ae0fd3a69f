"""Messages are read again unchanged, in the order of their seqs."""

import base64
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_core.frames import ImageFile
from chat_core.history import NewMessage
from tests.history.process import ChatProcess

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

# Characters with a special meaning in databases, `without_nul`, UTF-8 or SQL are drawn often.
_characters = st.one_of(
    st.sampled_from("\0\x1b01%\\'\"é😀\ufffd\u2028"), st.characters(codec="utf-8")
)
_texts = st.text(_characters, min_size=1, max_size=60)
_numbers = itertools.count()
_examples = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


def messages(said: list[NewMessage], first: int = 1) -> list[dict[str, Any]]:
    """Text messages as the frames in which they are read."""
    return [
        {"type": "message", "seq": seq, "id": s.id, "user": s.user, "text": s.text, "at": s.at}
        for seq, s in enumerate(said, first)
    ]


def texts(room: str, count: int) -> list[NewMessage]:
    return [
        NewMessage(room, "ann", f"id{n}", 1_700_000_000_000 + n, f"text {n}") for n in range(count)
    ]


@_examples
@given(text=_texts, identifier=_texts, user=_texts, at=st.integers(0, 2**53))
def test_every_text_comes_back_unchanged(
    process: ChatProcess, room: str, text: str, identifier: str, user: str, at: int
) -> None:
    said = NewMessage(f"{room}-{next(_numbers)}", user, identifier, at, text)

    assert process.append(said) == [1]
    assert messages([said]) == process.ask("after", said.room, 0, 2)
    assert process.append(said) == [-1], "an id is one message"


@_examples
@given(name=st.text(_characters, max_size=60), data=st.binary(max_size=300))
def test_every_image_comes_back_unchanged(
    process: ChatProcess, room: str, name: str, data: bytes
) -> None:
    identifier = f"i{next(_numbers)}"
    said = NewMessage(room, "ann", identifier, 7, image=ImageFile("image/gif", name, PNG + data))
    [seq] = process.append(said)
    header = {"type": "image", "seq": seq, "id": identifier, "user": "ann", "mime": "image/gif"}

    header |= {"name": name, "at": 7, "size": len(PNG + data)}
    header |= {"url": f"/api/rooms/{room}/images/{seq}"}

    assert [header] == process.ask("after", room, seq - 1, 1)
    assert as_json(said.image) == process.ask("image", room, seq)


def test_an_image_of_eight_mebibytes_comes_back_unchanged(process: ChatProcess, room: str) -> None:
    image = ImageFile("image/png", "large.png", PNG * (8 * 1024**2 // len(PNG)))
    [seq] = process.append(NewMessage(room, "ann", "i", 7, image=image))

    assert as_json(image) == process.ask("image", room, seq)


def test_a_room_without_messages_is_empty(process: ChatProcess, room: str) -> None:
    assert process.ask("newest", room) == 0
    assert process.ask("after", room, 0, 10) == []
    assert process.ask("before", room, None, 10) == []
    assert process.ask("image", room, 1) is None


def test_pages_are_in_the_order_of_their_seq(process: ChatProcess, room: str) -> None:
    said = texts(room, 12)
    process.append(*said)
    all_of_them = messages(said)

    assert process.ask("newest", room) == 12
    assert process.ask("after", room, 0, 100) == all_of_them
    assert process.ask("after", room, 4, 3) == all_of_them[4:7]
    assert process.ask("after", room, 12, 3) == []
    assert process.ask("before", room, None, 3) == all_of_them[9:]
    assert process.ask("before", room, 5, 3) == all_of_them[1:4]
    assert process.ask("before", room, 3, 100) == all_of_them[:2]
    assert process.ask("before", room, 1, 100) == []
    assert process.ask("before", room, 10**18 - 1, 1) == all_of_them[11:]


def test_each_room_is_numbered_separately(process: ChatProcess, room: str) -> None:
    one, other = texts(f"{room}-1", 3), texts(f"{room}-2", 3)
    seqs = process.append(*(said for pair in zip(one, other, strict=True) for said in pair))

    assert seqs == [1, 1, 2, 2, 3, 3]
    assert process.ask("after", f"{room}-1", 0, 10) == messages(one)
    assert process.ask("after", f"{room}-2", 0, 10) == messages(other)


def test_a_text_message_has_no_image(process: ChatProcess, room: str) -> None:
    image = NewMessage(room, "ann", "i", 7, image=ImageFile("image/png", "", PNG))
    first, last = texts(room, 2)
    process.append(first, image, last)

    assert process.ask("image", room, 1) is None
    assert as_json(image.image) == process.ask("image", room, 2)
    assert process.ask("image", room, 3) is None
    assert process.ask("image", f"{room}-other", 2) is None


def as_json(image: ImageFile | None) -> dict[str, Any]:
    """An image in the form of the process's answers."""
    assert image is not None
    data = base64.b64encode(image.data).decode()
    return {"mime": image.mime, "name": image.name, "data": data}
