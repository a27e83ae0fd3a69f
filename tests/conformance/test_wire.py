"""WebSocket itself: control frames, fragments, sizes, closing."""

import pytest

from tests.conformance.room import Room

pytestmark = pytest.mark.depends_on("server")

_TEXT, _BINARY, _PONG = 0x81, 0x82, 0x8A
_LENGTH_IN_8_BYTES, _MASK = 0xFF, b"\0\0\0\0"
_MANY = 1000


@pytest.mark.relay
def test_a_ping_control_frame_is_answered(room: Room) -> None:
    ann = room.enter("ann")
    ann.send_ping(b"are you there?")
    assert ann.receive_pong() == b"are you there?"


@pytest.mark.parametrize("payload", [b"", b"\xff" * 125], ids=["empty", "longest"])
def test_a_pong_control_frame_has_the_pings_payload(room: Room, payload: bytes) -> None:
    ann = room.enter("ann")
    ann.send_ping(payload)
    assert ann.receive_pong() == payload


def test_an_unsolicited_pong_is_ignored(room: Room) -> None:
    ann = room.enter("ann")
    ann.send_raw(bytes((_PONG, 0x80)) + _MASK)
    assert ann.answers() == []


@pytest.mark.relay
def test_a_close_frame_is_answered(room: Room) -> None:
    assert room.enter("ann").say_goodbye(1000).code == 1000


def test_a_message_may_come_in_fragments(room: Room) -> None:
    ann = room.enter("ann")
    ann.send_text(b'{"type":"say","id":"1","text":"h\xc3', fin=False)
    ann.send_ping(b"between")
    ann.send_continuation(b"\xa9", fin=False)
    ann.send_continuation(b'"}')
    assert ann.until("message")["text"] == "hé"
    assert ann.receive_pong() == b"between"


@pytest.mark.parametrize("above", [1, 2**20, 2**40], ids=lambda above: f"{above} bytes above")
def test_a_frame_that_is_too_big_closes(room: Room, above: int) -> None:
    ann = room.connect("ann")
    largest = ann.frame()["limits"]["image"] + 64 * 1024
    size = (largest + above).to_bytes(8, "big")
    ann.send_raw(bytes((_BINARY, _LENGTH_IN_8_BYTES)) + size + _MASK + bytes(1000))
    assert ann.closed().code == 1009


def test_many_frames_in_one_packet_are_all_accepted(room: Room) -> None:
    ann = room.enter("ann")
    frame = b'{"type":"ping","id":"%d"}'
    packet = b"".join(
        bytes((_TEXT, 0x80 | len(payload))) + _MASK + payload
        for payload in (frame % number for number in range(_MANY))
    )
    ann.send_raw(packet)
    assert [ann.frame()["id"] for _ in range(_MANY)] == [f"{number}" for number in range(_MANY)]


def test_a_frame_may_come_byte_by_byte(room: Room) -> None:
    ann = room.enter("ann")
    payload = b'{"type":"ping","id":"slow"}'
    for byte in bytes((_TEXT, 0x80 | len(payload))) + _MASK + payload:
        ann.send_raw(bytes((byte,)))
    assert ann.frame() == {"type": "pong", "id": "slow"}
