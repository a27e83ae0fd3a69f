"""Cases of the chat; `django_chat/tests` has the same."""

from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from chat_core.handshake import Identity
from fastapi_chat.accounts.dependencies import signed_in
from fastapi_chat.accounts.identity import Claims, read_claims
from fastapi_chat.tests.conftest import Enter, close_code, next_frame

SAY = {"type": "say", "id": "1", "text": "hello"}


def test_the_welcome_comes_first(enter: Enter) -> None:
    with enter() as ann:
        welcome = ann.receive_json()
    assert (welcome["type"], welcome["user"], welcome["room"]) == ("welcome", "ann", "tea")


def test_a_message_reaches_every_member(enter: Enter) -> None:
    with enter() as ann, enter("/ws/rooms/tea?name=bob") as bob:
        ann.send_json(SAY)
        for member in (ann, bob):
            message = next_frame(member, "message")
            assert (message["user"], message["text"]) == ("ann", "hello")


def test_the_others_hear_who_comes_and_goes(enter: Enter) -> None:
    with enter() as ann:
        next_frame(ann, "welcome")
        with enter("/ws/rooms/tea?name=bob"):
            assert next_frame(ann, "joined") == {"type": "joined", "user": "bob", "count": 2}
        assert next_frame(ann, "left") == {"type": "left", "user": "bob", "count": 1}


def test_a_wrong_frame_gets_an_error_and_the_connection_lives(enter: Enter) -> None:
    with enter() as ann:
        ann.send_text("no JSON")
        assert next_frame(ann, "error")["code"] == "bad_json"
        ann.send_json({"type": "ping", "id": "p"})
        assert next_frame(ann, "pong") == {"type": "pong", "id": "p"}


def test_a_wrong_room_is_closed_with_4400(enter: Enter) -> None:
    with enter("/ws/rooms/no%20room?name=ann") as ann:
        assert close_code(ann) == 4400


def test_an_ended_session_is_closed_with_4401(enter: Enter) -> None:
    with enter("/ws/rooms/tea", cookie="chat_fastapi_session=ended") as ann:
        assert close_code(ann) == 4401


def test_a_page_of_another_origin_is_refused_before_accept(enter: Enter) -> None:
    with pytest.raises(WebSocketDisconnect), enter(origin="https://other.example"):
        pass


def test_a_message_is_kept_and_replayed(enter: Enter) -> None:
    with enter() as ann:
        ann.send_json(SAY)
        assert next_frame(ann, "ack")["seq"] == 1
        with enter("/ws/rooms/tea?name=bob&since=0") as bob:
            assert next_frame(bob, "message")["text"] == "hello"


def test_the_history_is_there_over_http(enter: Enter, client: TestClient) -> None:
    with enter() as ann:
        ann.send_json(SAY)
        next_frame(ann, "ack")
    response = client.get("/api/rooms/tea/messages")
    assert [message["text"] for message in response.json()] == ["hello"]


def test_a_message_is_taken_back(enter: Enter, client: TestClient) -> None:
    with enter() as ann, enter("/ws/rooms/tea?name=bob") as bob:
        ann.send_json(SAY)
        ann.send_json({"type": "unsay", "seq": 1})
        assert next_frame(bob, "unsaid") == {"type": "unsaid", "seq": 1, "user": "ann"}
        (message,) = client.get("/api/rooms/tea/messages").json()
    assert (message["text"], message["unsaid"]) == ("", True)


def test_a_reaction_is_counted(enter: Enter, client: TestClient) -> None:
    with enter() as ann, enter("/ws/rooms/tea?name=bob") as bob:
        ann.send_json(SAY)
        next_frame(bob, "message")
        bob.send_json({"type": "react", "seq": 1, "emoji": "🎉", "on": True})
        told = next_frame(ann, "reactions")
        assert (told["user"], told["counts"]) == ("bob", {"🎉": 1})
        (message,) = client.get("/api/rooms/tea/messages").json()
    assert message["reactions"] == {"🎉": 1}


def test_a_private_room_takes_an_invitation(enter: Enter, client: TestClient) -> None:
    client.post("/api/register", json={"username": "Ann", "password": "a long password"})
    made = client.post("/api/rooms", json={"room": "den", "private": True})
    assert made.status_code == 201
    invited = client.post("/api/rooms/den/invitations").json()["invitation"]
    client.cookies.clear()
    with enter("/ws/rooms/den?name=bob") as bob:
        assert close_code(bob) == 4403
    with enter("/ws/rooms/den?name=bob", ["chat.v1", f"invitation.{invited}"]) as bob:
        assert bob.receive_json()["room"] == "den"


def test_a_signed_in_user_is_the_member(enter: Enter, client: TestClient) -> None:
    app = cast(FastAPI, client.app)
    app.dependency_overrides[signed_in] = lambda: Identity("Ann")
    assert client.get("/api/me").json() == {"username": "Ann"}
    # The session is looked up in the endpoint, which no override reaches: the name is enough.
    app.dependency_overrides[read_claims] = lambda: Claims("Ann", None, None)
    with enter("/ws/rooms/tea") as ann:
        assert ann.receive_json()["user"] == "Ann"
