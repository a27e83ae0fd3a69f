"""Without a database: there are no accounts, and all members are guests."""

import httpx
import pytest

from chat_core.frames import SUBPROTOCOL
from tests.conformance.browser import assert_error, come_by_ticket
from tests.conformance.room import Room

pytestmark = [pytest.mark.no_history, pytest.mark.depends_on("server")]

_CREDENTIALS = {"username": "ann", "password": "a password of some length"}


_MADE_BY_ACCOUNTS = ["/api/ticket", "/api/rooms", "/api/rooms/lobby/invitations"]


@pytest.mark.parametrize("call", ["/api/register", "/api/login", *_MADE_BY_ACCOUNTS])
def test_accounts_need_a_database(http: httpx.Client, call: str) -> None:
    answer = http.post(call, json=_CREDENTIALS)
    assert_error(answer, 503, "unavailable")
    assert answer.json()["detail"] == "accounts need a database: CHAT_HISTORY is off"


def test_without_a_session_no_user_is_signed_in(http: httpx.Client) -> None:
    assert_error(http.get("/api/me"), 401, "not_signed_in")
    assert http.post("/api/logout").status_code == 204


@pytest.mark.parametrize("call", ["/api/register", "/api/login", "/api/logout", *_MADE_BY_ACCOUNTS])
def test_a_page_of_another_origin_is_refused_first(http: httpx.Client, call: str) -> None:
    answer = http.post(call, json=_CREDENTIALS, headers={"Origin": "http://evil.example"})
    assert_error(answer, 403, "origin_not_allowed")


def test_no_ticket_is_valid(room: Room) -> None:
    member = come_by_ticket(room, "anything", "guest")
    assert member.subprotocol == SUBPROTOCOL
    assert member.closed().code == 4401


def test_an_invitation_changes_nothing(room: Room) -> None:
    member = room.enter("ann", subprotocols=[SUBPROTOCOL, "invitation.x"])
    assert member.subprotocol == SUBPROTOCOL


def test_no_session_is_valid(room: Room) -> None:
    cookie = "chat_channels_session=x; chat_fastapi_session=x"
    assert room.connect("guest", cookie=cookie).frame()["user"] == "guest"
    assert room.connect(None, cookie=cookie).closed().code == 4401
