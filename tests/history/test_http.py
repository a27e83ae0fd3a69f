"""The history over HTTP: in both chats the same bytes."""

import json
from typing import Any

import pytest

from chat_core.frames import ImageFile
from chat_core.history import NewMessage
from tests.history.process import ChatProcess

PNG = b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def room() -> str:
    return "talk"


@pytest.fixture(scope="module")
def talk(process: ChatProcess, room: str) -> str:
    """A room with a text, an image and 250 more texts; nobody says anything more in it."""
    image = NewMessage(room, "zoë", "i2", 2, image=ImageFile("image/png", "a\u2028.png", PNG))
    first = NewMessage(room, "zoë", "i1", 1, 'NUL \0 ESC \x1b "é" 😀')
    rest = [NewMessage(room, "ann", f"i{number}", number, "hi") for number in range(3, 253)]
    process.append(first, image, *rest)
    return f"/api/rooms/{room}"


def test_messages_are_the_bytes_of_their_frames(process: ChatProcess, talk: str, room: str) -> None:
    status, headers, body = process.get(f"{talk}/messages?before=3")

    assert status == 200
    assert headers["content-type"] == "application/json"
    assert body.decode() == (
        '[{"type":"message","seq":1,"id":"i1","user":"zoë",'
        '"text":"NUL \\u0000 ESC \\u001b \\"é\\" 😀","at":1},'
        '{"type":"image","seq":2,"id":"i2","user":"zoë","mime":"image/png",'
        f'"name":"a\u2028.png","at":2,"size":{len(PNG)},"url":"/api/rooms/{room}/images/2"}}]'
    )


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", 203, 252),
        ("?limit=1", 252, 252),
        ("?limit=200", 53, 252),
        ("?limit=201", 53, 252),
        ("?limit=999999999999999999", 53, 252),
        ("?before=100", 50, 99),
        ("?before=100&limit=3", 97, 99),
        ("?before=3&limit=200", 1, 2),
        ("?before=999999999999999999&limit=2", 251, 252),
    ],
)
def test_a_page_has_the_last_messages_before_a_seq(
    process: ChatProcess, talk: str, query: str, first: int, last: int
) -> None:
    assert seqs(process.get(f"{talk}/messages{query}")) == list(range(first, last + 1))


@pytest.mark.parametrize("path", ["?before=1", "-nobody-was-there"])
def test_a_page_without_messages_is_empty(
    process: ChatProcess, talk: str, room: str, path: str
) -> None:
    before = f"{talk}/messages{path}" if path.startswith("?") else f"{talk}{path}/messages"

    assert seqs(process.get(before)) == []


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "x", " 1", "1e3", "٣", "9" * 19, "%00"])
@pytest.mark.parametrize("name", ["before", "limit"])
def test_a_parameter_that_is_not_a_number_is_refused(
    process: ChatProcess, name: str, value: str
) -> None:
    status, _, body = process.get(f"/api/rooms/room/messages?{name}={value}")

    assert status == 400
    assert json.loads(body)["code"] == "bad_request"
    assert json.loads(body)["detail"].startswith(f"{name} takes ")


@pytest.mark.parametrize("room", ["a.b", "%C3%A9", "%20", "a" * 65])
def test_a_bad_room_is_refused(process: ChatProcess, room: str) -> None:
    status, _, body = process.get(f"/api/rooms/{room}/messages")

    detail = "room takes 1 to 64 of A-Z a-z 0-9 _ -"
    assert (status, json.loads(body)) == (400, {"code": "bad_request", "detail": detail})


def test_an_image_is_served_so_that_no_script_in_it_runs(process: ChatProcess, talk: str) -> None:
    status, headers, body = process.get(f"{talk}/images/2")

    assert (status, body) == (200, PNG)
    assert {
        "content-type": "image/png",
        "content-disposition": "inline",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-site",
    }.items() <= headers.items()


@pytest.mark.parametrize("seq", ["1", "3", "0", "-2", "x", "02", "253", "9" * 18, "9" * 30])
def test_a_seq_without_an_image_is_not_found(process: ChatProcess, talk: str, seq: str) -> None:
    status, headers, body = process.get(f"{talk}/images/{seq}")

    detail = "there is no such image"
    assert (status, json.loads(body)) == (404, {"code": "not_found", "detail": detail})
    assert headers["content-type"] == "application/json"


def test_without_a_history_there_are_no_messages(chat: str) -> None:
    with ChatProcess(chat, "off") as process:
        assert process.get("/api/rooms/room/messages")[::2] == (200, b"[]")
        assert process.get("/api/rooms/room/images/1")[0] == 404


def test_a_database_that_is_away_is_told(chat: str) -> None:
    with ChatProcess(chat, "postgresql://nobody:secret@127.0.0.1:1/none") as process:
        for path in ("messages", "images/1"):
            status, _, body = process.get(f"/api/rooms/room/{path}")
            assert status == 503
            assert json.loads(body)["code"] == "unavailable"
            assert "secret" not in body.decode()


def seqs(answer: tuple[int, dict[str, str], bytes]) -> list[int]:
    status, _, body = answer
    records: list[dict[str, Any]] = json.loads(body)
    assert status == 200
    return [record["seq"] for record in records]
