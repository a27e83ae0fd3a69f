"""Client frames: the vectors over the wire, and the errors that answer them."""

from typing import Any

import pytest

from chat_core import protocol_limits, vectors
from tests.conformance.connection import ClosedError
from tests.conformance.room import Frame, Member, Room


def _cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["description"]) for case in vectors.load(name)]


def _expected(sent: Frame) -> Frame:
    """The fields that must follow from an accepted frame."""
    match sent["type"]:
        case "say":
            return {"type": "message", "id": sent["id"], "text": sent["text"], "user": "ann"}
        case "ping":
            return {"type": "pong", "id": sent["id"]}
        case "unsay" | "react":  # to a message that is not there
            return {"type": "error", "code": "invalid_field"}
        case _:
            return {"type": "typing", "user": "ann"}


@pytest.mark.cases_depend_on
@pytest.mark.parametrize("case", _cases("accepted"))
def test_an_accepted_frame_has_its_effect(room: Room, case: dict[str, Any]) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.send_text(case["sent"])
    expected = _expected(case["frame"])
    receiver = ann if expected["type"] in ("pong", "error") else bob
    assert expected.items() <= receiver.frame().items()
    assert [frame for frame in ann.answers() if frame["type"] == "error"] == []


@pytest.mark.cases_depend_on
@pytest.mark.depends_on("server")
@pytest.mark.parametrize("case", _cases("refused"))
def test_a_refused_frame_is_answered_with_its_error(room: Room, case: dict[str, Any]) -> None:
    ann = room.enter("ann")
    ann.send_text(case["sent"])
    _assert_error(ann.frame(), case["error"], case.get("id"))
    assert ann.answers() == [], "the connection lives on"


@pytest.mark.depends_on("server")
@pytest.mark.parametrize("case", _cases("invalid_utf8"))
def test_a_text_frame_that_is_not_utf8_closes(room: Room, case: dict[str, Any]) -> None:
    ann = room.enter("ann")
    ann.send_text(case["sent"])
    assert ann.closed().code == 1007


@pytest.mark.depends_on("server", "history")
def test_a_connection_stays_open_after_every_error(room: Room) -> None:
    ann = room.enter("ann")
    refused = vectors.load("refused")
    for case in refused:
        ann.send_text(case["sent"])
    assert [frame["code"] for frame in ann.answers()] == [case["error"] for case in refused]
    identifier = ann.say("still here")
    assert ann.until("message")["id"] == identifier


def test_an_error_goes_only_to_its_sender(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.send_text("{")
    assert len(ann.answers()) == 1
    assert bob.heard() == []


@pytest.mark.depends_on("server")
@pytest.mark.parametrize("size", [0, 1, 70_000], ids=lambda size: f"{size} bytes")
def test_a_binary_frame_is_unsupported_media(room: Room, size: int) -> None:
    ann = room.enter("ann")
    ann.send_binary(b"x" * size)
    _assert_error(ann.frame(), "unsupported_media", None)
    assert ann.answers() == []


@pytest.mark.relay
def test_a_ping_is_answered(room: Room) -> None:
    ann = room.enter("ann")
    identifier = ann.ping()
    assert ann.until("pong") == {"type": "pong", "id": identifier}


def test_a_pong_goes_only_to_the_pings_sender(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    assert ann.answers() == []
    assert bob.heard() == []


def test_typing_is_shown_to_the_others_once_a_second(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    for _ in range(3):
        ann.send({"type": "typing"})
    assert [frame["type"] for frame in ann.heard()] == []
    typing = {"type": "typing", "user": "ann"}
    assert bob.all_until("message")[:-1] == [typing]
    assert _typed_again(ann, bob) == typing


def test_two_typing_members_are_both_shown(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    ann.send({"type": "typing"})
    bob.send({"type": "typing"})
    assert bob.frame() == {"type": "typing", "user": "ann"}
    assert ann.frame() == {"type": "typing", "user": "bob"}


@pytest.mark.depends_on("server")
def test_a_member_that_keeps_misbehaving_is_evicted(room: Room) -> None:
    ann, bob = room.gather("ann", "bob")
    assert _misbehave(ann).code == 1008
    assert bob.until("left")["user"] == "ann"


@pytest.mark.depends_on("server")
def test_an_evicted_member_gets_the_reason(room: Room) -> None:
    assert _misbehave(room.enter("ann")).reason == "too many frames that were refused"


def _typed_again(ann: Member, bob: Member) -> Frame:
    """The next frame that bob gets while ann goes on typing."""
    for _ in range(200):
        ann.send({"type": "typing"})
        try:
            return bob.frame(0.1)
        except AssertionError:
            continue
    raise AssertionError("nobody sees who goes on typing")


def _misbehave(member: Member) -> ClosedError:
    """Send refused frames until the server closes; returns the close."""
    try:
        for _ in range(3 * protocol_limits.MISBEHAVIOUR_BURST // 100):
            for _ in range(100):
                member.send_text("{")
            for _ in range(100):
                member.until("error")
    except ClosedError as closed:
        return closed
    raise AssertionError("it may go on for ever")


def _assert_error(frame: Frame, code: str, identifier: str | None) -> None:
    assert (frame["type"], frame["code"], frame.get("id")) == ("error", code, identifier)
    assert isinstance(frame["detail"], str)
    assert frame["detail"]
