"""`GET /ws/rooms/{room}`: accepted handshakes with their identity, and refused ones."""

from typing import Any
from urllib.parse import quote

import pytest

from chat_core import vectors
from chat_core.frames import SUBPROTOCOL
from tests.conformance.connection import RefusedError
from tests.conformance.room import Room, socket_address
from tests.conformance.target import Target

_HANDSHAKES = vectors.load("handshakes")
ANY_ROOM = "r"
"""The room in the vectors of cases that are not about the room."""


def _cases(*, refused: bool) -> list[Any]:
    return [
        pytest.param(case, id=case["description"])
        for case in _HANDSHAKES
        if ("close" in case) is refused
    ]


def _address(room: Room, case: dict[str, Any]) -> str:
    query = [(key, case[key]) for key in ("name", "since") if key in case]
    return socket_address(room.url, quote(_place(room, case), safe=""), query)


def _place(room: Room, case: dict[str, Any]) -> str:
    """The room of the case; if any room will do, a room that no member is just leaving.

    The tutorial's loop disconnects a member that joins while another connection ends there.
    """
    return room.name if case["room"] == ANY_ROOM else str(case["room"])


@pytest.mark.relay
def test_the_subprotocol_is_chosen_when_it_is_offered(room: Room) -> None:
    member = room.enter("ann", subprotocols=["other.v1", SUBPROTOCOL])
    assert member.subprotocol == SUBPROTOCOL


@pytest.mark.relay
def test_no_subprotocol_is_needed(room: Room) -> None:
    member = room.enter("ann")
    assert member.subprotocol is None


@pytest.mark.depends_on("server")
def test_an_unknown_subprotocol_is_not_chosen(room: Room) -> None:
    member = room.enter("ann", subprotocols=["other.v1", "chat.v2"])
    assert member.subprotocol is None


@pytest.mark.cases_depend_on("server")
@pytest.mark.parametrize("case", _cases(refused=False))
def test_a_guest_joins(room: Room, case: dict[str, Any]) -> None:
    welcome = room.dial(_address(room, case)).frame()
    assert (welcome["type"], welcome["user"], welcome["room"]) == (
        "welcome",
        case["user"],
        _place(room, case),
    )


@pytest.mark.depends_on("server", "history")
@pytest.mark.parametrize("case", _cases(refused=True))
def test_a_bad_handshake_is_accepted_and_closed(room: Room, case: dict[str, Any]) -> None:
    assert room.dial(_address(room, case)).closed().code == case["close"]


@pytest.mark.depends_on("server")
@pytest.mark.parametrize("parameter", ["room", "name", "since"])
def test_the_close_says_what_was_wrong(room: Room, parameter: str) -> None:
    query = {"name": "ann", "since": "0"} | {parameter: ""}
    name = "a.b" if parameter == "room" else room.name
    closed = room.dial(socket_address(room.url, name, list(query.items()))).closed()
    assert closed.reason.startswith(f"{parameter} takes ")


def test_a_refused_guest_is_never_announced(room: Room) -> None:
    (ann,) = room.gather("ann")
    room.dial(socket_address(room.url, room.name, [("name", "")])).closed()
    assert ann.heard() == []


@pytest.mark.depends_on("server")
def test_the_last_of_repeated_fields_counts(room: Room) -> None:
    query = [("name", ""), ("name", "ann"), ("since", "x"), ("since", "0")]
    welcome = room.dial(socket_address(room.url, room.name, query)).frame()
    assert welcome["user"] == "ann"


@pytest.mark.depends_on("server", "history")
@pytest.mark.parametrize(
    ("query", "user"),
    [
        ("name=%C3%A5sa", "åsa"),
        ("name=%F0%9F%98%80", "😀"),
        ("name=a%26b%3Dc%23", "a&b=c#"),
        ("name=ann+lee", "ann lee"),
        ("name=ann%20lee", "ann lee"),
        ("name=100%25", "100%"),
        ("name=a%2Bb", "a+b"),
        ("name=ann&unknown=1", "ann"),
        ("&&name=ann&", "ann"),
        ("name=%zz", "%zz"),
        ("name=%FF", "�"),
        ("name=a;b", "a;b"),
        ("name=a=b", "a=b"),
        ("name=å", "å"),
    ],
)
def test_a_query_is_percent_decoded(room: Room, query: str, user: str) -> None:
    address = socket_address(room.url, room.name, []) + "?" + query
    assert room.dial(address).frame()["user"] == user


def test_a_percent_encoded_room_is_the_same_room(room: Room) -> None:
    (ann,) = room.gather("ann")
    encoded = "".join(f"%{byte:02X}" for byte in room.name.encode())
    welcome = room.dial(socket_address(room.url, encoded, [("name", "bob")])).frame()
    assert (welcome["room"], welcome["count"]) == (room.name, 2)
    assert ann.until("joined")["user"] == "bob"


@pytest.mark.depends_on("server")
@pytest.mark.parametrize(
    "room_path", ["", "a/b", "a;b", "a/", "a%2F", "%FF", "%00", "..%2f", "%61b%"]
)
def test_a_room_of_any_bytes_is_accepted_and_closed(room: Room, room_path: str) -> None:
    assert room.dial(socket_address(room.url, room_path, [("name", "x")])).closed().code == 4400


@pytest.mark.depends_on("server")
@pytest.mark.parametrize(
    "path",
    ["/ws/nowhere", "/ws/rooms", "//ws/rooms/a", "/ws", "/", "/healthz", "/api/rooms"],
)
def test_a_handshake_on_another_path_is_refused(room: Room, path: str) -> None:
    with pytest.raises(RefusedError) as refused:
        room.dial(f"{room.url.replace('http', 'ws', 1)}{path}")
    assert refused.value.status == 403


def test_two_members_may_have_the_same_name(room: Room) -> None:
    first = room.enter("ann")
    second = room.connect("ann")
    assert second.frame()["members"] == ["ann", "ann"]
    assert first.until("joined") == {"type": "joined", "user": "ann", "count": 2}


@pytest.mark.depends_on("server")
def test_an_allowed_origin_may_join(server: Target, room: Room) -> None:
    assert room.connect("ann", origin=server.origin).frame()["type"] == "welcome"


@pytest.mark.depends_on("server")
def test_an_origin_is_compared_without_case(server: Target, room: Room) -> None:
    assert room.connect("ann", origin=server.origin.upper()).frame()["type"] == "welcome"


@pytest.mark.depends_on("server", "history")
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://localhost:8001",
        "http://localhost.evil.example:8001",
        "http://localhost:65535",
        "http://localhost",
        "null",
    ],
)
def test_an_origin_that_is_not_allowed_is_refused_before_accept(room: Room, origin: str) -> None:
    with pytest.raises(RefusedError) as refused:
        room.connect("ann", origin=origin)
    assert refused.value.status == 403


@pytest.mark.depends_on("server")
@pytest.mark.parametrize("origin", ["", "http://localhost:8001.evil.example", "no origin"])
def test_a_malformed_origin_is_refused(room: Room, origin: str) -> None:
    with pytest.raises(RefusedError) as refused:
        room.connect("ann", origin=origin)
    # A server may refuse the request itself, before the chat sees the Origin.
    assert refused.value.status in (400, 403)


@pytest.mark.depends_on("server")
def test_compression_is_not_negotiated(room: Room) -> None:
    member = room.enter("ann", deflate=True)
    assert "Sec-WebSocket-Extensions" not in member.headers
    assert member.answers() == []
