"""The frames that the generator sends are the contract's, and it finds the ids in the answers."""

import pytest
from picows import WSMsgType

from bench.load.groups import Group
from bench.load.member import Room
from bench.load.messages import Content, encoder, header_of, heard
from bench.load.recorder import Window
from chat_core.images import decode_image


@pytest.mark.parametrize("size", [1, 120, 4000])
def test_a_text_has_its_size(size: int) -> None:
    kind, payload = encoder(Content("text", size))("run.room.0.1.2")
    assert kind == WSMsgType.TEXT
    assert b'"id":"run.room.0.1.2"' in payload
    assert len(payload.split(b'"text":"')[1]) == size + len('"}')


@pytest.mark.parametrize("size", [8, 1024, 1 << 20])
def test_a_picture_is_one_that_the_chats_take(size: int) -> None:
    kind, payload = encoder(Content("image", size))("run.room.0.1.2")
    assert kind == WSMsgType.BINARY
    decoded = decode_image(payload, size)
    assert (decoded.id, len(decoded.image.data)) == ("run.room.0.1.2", size)
    assert heard(header_of(payload)).id == "run.room.0.1.2"


@pytest.mark.parametrize("payload", [b"", b"\x00\x00", b"\x00\x00\x00\xff{}"])
def test_a_broken_header_is_no_error_of_its_own(payload: bytes) -> None:
    assert header_of(payload) in (b"", b"{}")


def test_a_room_remembers_large_payloads_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.load.member.KNOWN_BYTES", 1000)
    room = Room("room", "run", Window(), Group())
    for number in range(10):
        room.remember(bytes([number]) * 300, (0, number, 0))
        assert sum(map(len, room.known)) <= 1000
    assert bytes([9]) * 300 in room.known
