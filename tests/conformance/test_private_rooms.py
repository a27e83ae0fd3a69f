"""Rooms by invitation: who makes one, who enters it, who reads what it keeps."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chat_core.frames import SUBPROTOCOL
from chat_core.protocol_limits import OPEN_INVITATIONS, PRIVATE_ROOMS
from tests.conformance.browser import Account, Browser, assert_error, new_account
from tests.conformance.records import records
from tests.conformance.room import Room
from tests.conformance.target import Target

pytestmark = [pytest.mark.history, pytest.mark.depends_on("fanout", "history")]

_PNG = b"\x89PNG\r\n\x1a\n"
_numbers = itertools.count(1)


@pytest.fixture
def private(signed_in: Browser, server: Target) -> Iterator[Room]:
    """A private room of the account."""
    name = f"private-{next(_numbers)}-{time.monotonic_ns():x}"
    answer = _make(signed_in, name)
    assert (answer.status_code, answer.json()) == (201, {"room": name, "private": True})
    with Room(server.url, name) as room:
        yield room


@pytest.fixture(scope="session")
def stranger(server: Target) -> Iterator[Browser]:
    """Somebody else who is signed in."""
    with Browser(server) as browser:
        assert browser.register(new_account()).status_code == 200
        yield browser


def _make(browser: httpx.Client, room: str, **body: Any) -> httpx.Response:
    return browser.post("/api/rooms", json={"room": room, "private": True} | body)


def _invitations(room: Room) -> str:
    return f"/api/rooms/{room.name}/invitations"


def _invite(browser: Browser, room: Room) -> str:
    answer = browser.post(_invitations(room))
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 86400
    token: str = answer.json()["invitation"]
    assert len(token) >= 22, "128 bits at least"
    return token


def _with(token: str) -> dict[str, Any]:
    return {"subprotocols": [SUBPROTOCOL, f"invitation.{token}"]}


def _rooms(browser: httpx.Client) -> set[str]:
    return {entry["room"] for entry in browser.get("/api/rooms").json()}


def test_the_owner_enters_and_others_do_not(
    private: Room, signed_in: Browser, stranger: Browser, account: Account
) -> None:
    for outside in (private.connect("guest"), stranger.come(private)):
        closed = outside.closed()
        assert (closed.code, bool(closed.reason)) == (4403, True)
    owner = signed_in.come(private)
    welcome = owner.frame()
    assert (welcome["user"], welcome["count"]) == (account.username, 1)
    assert owner.heard() == [], "nobody hears of those that were not let in"


def test_an_invitation_lets_many_in_until_it_is_withdrawn(
    private: Room, signed_in: Browser, stranger: Browser
) -> None:
    token = _invite(signed_in, private)
    guests = [private.enter(name, **_with(token)) for name in ("ann", "bob")]
    assert guests[0].subprotocol == SUBPROTOCOL, "the token is not sent back"
    other = _invite(signed_in, private)
    assert signed_in.delete(_invitations(private)).status_code == 204
    assert signed_in.delete(_invitations(private)).status_code == 204
    for old in (token, other):
        assert private.connect("eve", **_with(old)).closed().code == 4403
        assert stranger.come(private, **_with(old)).closed().code == 4403
    guests[1].say("still here")
    assert guests[0].until("message")["text"] == "still here"


def test_an_account_that_was_let_in_stays_a_member(
    private: Room, signed_in: Browser, server: Target
) -> None:
    token = _invite(signed_in, private)
    with Browser(server) as friend:
        assert friend.register(new_account()).status_code == 200
        friend.come_in(private, **_with(token)).close()
        signed_in.delete(_invitations(private))
        member = friend.come_in(private)
        assert private.name in _rooms(friend)
        member.ack(member.say("hello"))
        assert [each["text"] for each in records(friend, private.name)] == ["hello"]
        assert_error(friend.post(_invitations(private)), 404, "not_found")


def test_a_guest_is_let_in_for_one_connection(private: Room, signed_in: Browser) -> None:
    token = _invite(signed_in, private)
    private.enter("ann", **_with(token)).close()
    assert private.connect("ann").closed().code == 4403


@pytest.mark.parametrize("token", ["", "x", "é".encode().hex() * 40])
def test_a_wrong_invitation_lets_nobody_in(private: Room, token: str) -> None:
    assert private.connect("ann", **_with(token)).closed().code == 4403


def test_an_invitation_is_for_its_room(private: Room, signed_in: Browser, room: Room) -> None:
    token = _invite(signed_in, private)
    with Room(private.url, f"{private.name}-2") as other:
        assert _make(signed_in, other.name).status_code == 201
        assert other.connect("ann", **_with(token)).closed().code == 4403
    room.enter("ann", **_with(token))  # in a public room it is ignored


def test_what_a_private_room_keeps_is_for_its_members(
    private: Room, signed_in: Browser, stranger: Browser, http: httpx.Client
) -> None:
    owner = signed_in.come_in(private)
    owner.send_image(_PNG)
    owner.messages(1)
    pages = [f"/api/rooms/{private.name}/{page}" for page in ("messages", "images/1")]
    for page in pages:
        assert signed_in.get(page).status_code == 200
        for outside in (stranger, http):
            assert_error(outside.get(page), 404, "not_found")
    assert private.name in _rooms(signed_in)
    for outside in (stranger, http):
        assert private.name not in _rooms(outside)


def test_a_room_is_taken_by_messages_members_or_an_owner(
    private: Room, room: Room, signed_in: Browser, stranger: Browser
) -> None:
    (ann,) = room.gather("ann")
    assert_error(_make(stranger, room.name), 409, "room_taken")
    ann.ack(ann.say("hello"))
    ann.close()
    _gone(stranger, room)
    assert_error(_make(stranger, room.name), 409, "room_taken")
    for browser in (signed_in, stranger):
        assert_error(_make(browser, private.name), 409, "room_taken")
    with Room(room.url) as empty:
        empty.enter("ann").close()
        _gone(stranger, empty)
        assert _make(stranger, empty.name).status_code == 201


@pytest.mark.depends_on("history")
def test_only_the_owner_invites_and_withdraws(
    private: Room, room: Room, signed_in: Browser, stranger: Browser
) -> None:
    for where, browser in ((private, stranger), (room, signed_in)):
        assert_error(browser.post(_invitations(where)), 404, "not_found")
        assert_error(browser.delete(_invitations(where)), 404, "not_found")


@pytest.mark.depends_on("history")
def test_rooms_are_made_by_those_who_are_signed_in(private: Room, http: httpx.Client) -> None:
    assert_error(http.post("/api/rooms", content="{"), 401, "not_signed_in")
    assert_error(http.post(_invitations(private)), 401, "not_signed_in")
    assert_error(http.delete(_invitations(private)), 401, "not_signed_in")


@pytest.mark.depends_on("history")
def test_a_page_of_another_origin_is_refused_first(private: Room, signed_in: Browser) -> None:
    foreign = {"Origin": "http://evil.example"}
    for method, path in (
        ("POST", "/api/rooms"),
        ("POST", _invitations(private)),
        ("DELETE", _invitations(private)),
    ):
        answer = signed_in.request(method, path, headers=foreign)
        assert_error(answer, 403, "origin_not_allowed")


@pytest.mark.depends_on
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '{"room":"r"}',
        '{"private":true}',
        '{"room":"r","private":false}',
        '{"room":"r","private":1}',
        '{"room":"r","private":"true"}',
        '{"room":1,"private":true}',
        '{"room":"","private":true}',
        '{"room":"a b","private":true}',
        '{"room":"a\\n","private":true}',
        '{"room":"\\ud800","private":true}',
        '{"room":"%s","private":true}' % ("r" * 65),
        '{"room":"r","private":true,"more":"%s"}' % ("r" * 20_000),
    ],
)
def test_a_body_that_names_no_private_room_is_refused(signed_in: Browser, body: str) -> None:
    assert_error(signed_in.post("/api/rooms", content=body), 400, "bad_request")


@pytest.mark.depends_on
@pytest.mark.parametrize("name", ["a.b", "a b", "r" * 65])
def test_a_bad_room_is_refused(signed_in: Browser, name: str) -> None:
    assert_error(signed_in.post(f"/api/rooms/{name}/invitations"), 400, "bad_request")


@pytest.fixture
def tireless(server: Target) -> Iterator[Browser]:
    """A new account, which nobody else uses."""
    with Browser(server) as browser:
        assert browser.register(new_account()).status_code == 200
        yield browser


@pytest.mark.depends_on  # the framework counts; other tests show that each database keeps them
def test_an_account_has_a_bounded_number_of_private_rooms(
    tireless: Browser, stranger: Browser
) -> None:
    name = f"many-{time.monotonic_ns():x}"
    for number in range(PRIVATE_ROOMS):
        assert _make(tireless, f"{name}-{number}").status_code == 201
    assert_error(_make(tireless, f"{name}-more"), 429, "too_many_rooms")
    assert _make(stranger, f"{name}-more").status_code == 201


@pytest.mark.depends_on  # the framework counts; other tests show that each database keeps them
def test_an_account_has_a_bounded_number_of_open_invitations(tireless: Browser) -> None:
    here, there = (f"{name}-{time.monotonic_ns():x}" for name in ("here", "there"))
    for name in (here, there):
        assert _make(tireless, name).status_code == 201
    invited = [
        tireless.post(f"/api/rooms/{name}/invitations").status_code
        for name in (here, there)
        for _ in range(OPEN_INVITATIONS // 2)
    ]
    assert set(invited) == {200}
    more = f"/api/rooms/{there}/invitations"
    assert_error(tireless.post(more), 429, "too_many_invitations")
    assert tireless.delete(f"/api/rooms/{here}/invitations").status_code == 204
    assert tireless.post(more).status_code == 200


def _gone(browser: Browser, room: Room) -> None:
    """Wait until the room has no members: a disconnect takes effect with a delay."""
    deadline = time.monotonic() + 20
    while room.name in _rooms(browser):
        assert time.monotonic() < deadline
