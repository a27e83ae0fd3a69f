"""Images in both directions: media types by the first bytes, sizes, and refusals."""

from typing import Any

import pytest

from chat_core import vectors
from tests.conformance.room import Room

_PNG = b"\x89PNG\r\n\x1a\n"
_OVERHEAD = 64 * 1024
"""The bytes that a server must pass above the largest image."""


def _cases(name: str) -> list[Any]:
    """The vectors of images, without those with a limit of their own."""
    return [
        pytest.param(case, id=case["description"])
        for case in vectors.load(name)
        if "max_bytes" not in case
    ]


def _largest(room: Room) -> int:
    """The size of the largest image in bytes, from a welcome."""
    size: int = room.connect("somebody").frame()["limits"]["image"]
    return size


@pytest.mark.cases_depend_on
@pytest.mark.parametrize("case", _cases("images_accepted"))
def test_an_image_reaches_every_member_and_its_sender(room: Room, case: dict[str, Any]) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.send_binary(case["sent"])
    image = bob.frame()
    assert image == {
        "type": "image",
        "seq": image["seq"],
        "id": case["image"]["id"],
        "user": "ann",
        "mime": case["image"]["mime"],
        "name": case["image"]["name"],
        "at": image["at"],
        "picture": bytes.fromhex(case["image_hex"]),
    }
    assert isinstance(image["at"], int)
    assert ann.frame() == image


@pytest.mark.cases_depend_on
@pytest.mark.depends_on("server")
@pytest.mark.parametrize("case", _cases("images_refused"))
def test_a_refused_image_is_answered_with_its_error(room: Room, case: dict[str, Any]) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.send_binary(case["sent"])
    error = ann.frame()
    assert (error["type"], error["code"], error.get("id")) == (
        "error",
        case["error"],
        case.get("id"),
    )
    assert error["detail"]
    assert ann.answers() == [], "the connection lives on"
    assert bob.heard() == [], "an error is for its sender alone"


def test_the_largest_image_passes_both_ways(room: Room) -> None:
    picture = _PNG + bytes(_largest(room) - len(_PNG))
    ann, bob = room.gather("ann", "bob")
    identifier = ann.send_image(picture)
    for member in (ann, bob):
        # A comparison outside `assert` avoids a diff of all bytes.
        same = member.until("image", id=identifier)["picture"] == picture
        assert same


@pytest.mark.depends_on("server")
def test_an_image_past_the_limit_is_too_large(room: Room) -> None:
    picture = _PNG + bytes(_largest(room) - len(_PNG) + 1)
    ann, bob = room.gather("ann", "bob")
    identifier = ann.send_image(picture)
    error = ann.frame()
    assert (error["type"], error["code"], error["id"]) == ("error", "too_large", identifier)
    assert ann.answers() == []
    assert bob.heard() == []


@pytest.mark.depends_on("server")
def test_a_server_passes_frames_that_the_chat_must_refuse(room: Room) -> None:
    largest = _largest(room) + _OVERHEAD
    ann = room.enter("ann")
    ann.send_binary(bytes(largest))
    assert ann.frame()["code"] == "bad_json", "a length of 0 stands for an empty header"
    assert ann.answers() == []


def test_images_and_messages_of_a_sender_keep_their_order(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    said = []
    for number in range(10):
        said.append(ann.say(f"{number}"))
        said.append(ann.send_image(_PNG + bytes(number * 100)))
    for member in (ann, bob):
        assert [frame["id"] for frame in member.messages(len(said))] == said


@pytest.mark.depends_on("server")
def test_an_image_may_come_in_fragments(room: Room) -> None:
    ann = room.enter("ann")
    header = b'{"type":"image","id":"1"}'
    ann.send_binary(len(header).to_bytes(4, "big")[:3], fin=False)
    ann.send_ping(b"between")
    ann.send_continuation(len(header).to_bytes(4, "big")[3:] + header + _PNG[:2], fin=False)
    ann.send_continuation(_PNG[2:])
    image = ann.frame()
    assert (image["type"], image["picture"]) == ("image", _PNG)
    assert ann.receive_pong() == b"between"


@pytest.mark.depends_on("server")
def test_an_image_in_a_text_frame_is_refused(room: Room) -> None:
    ann = room.enter("ann")
    ann.send({"type": "image", "id": "1", "mime": "image/png", "name": "a"})
    error = ann.frame()
    assert (error["code"], error["id"]) == ("unknown_type", "1")
