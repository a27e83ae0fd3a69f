"""The identity of a member: by a session, a ticket or a name; and the effect of a logout."""

import pytest

from chat_core.frames import SUBPROTOCOL
from tests.conformance.browser import (
    Account,
    Browser,
    assert_error,
    come_by_ticket,
    new_account,
)
from tests.conformance.connection import ClosedError
from tests.conformance.room import Member, Room
from tests.conformance.target import Target

pytestmark = pytest.mark.history

_DEAD = "a-ticket-that-nobody-was-given"


def test_a_session_joins_without_a_name(room: Room, signed_in: Browser, account: Account) -> None:
    welcome = signed_in.come(room).frame()
    assert (welcome["user"], welcome["members"]) == (account.username, [account.username])


def test_a_session_has_precedence_over_a_name(
    room: Room, signed_in: Browser, account: Account
) -> None:
    assert signed_in.come(room, "somebody else").frame()["user"] == account.username
    assert signed_in.come(room, "").frame()["user"] == account.username


def test_two_windows_are_two_members(room: Room, signed_in: Browser, account: Account) -> None:
    signed_in.come_in(room)
    assert signed_in.come(room).frame()["members"] == [account.username] * 2


def test_messages_of_an_account_have_its_name(
    room: Room, signed_in: Browser, account: Account
) -> None:
    ann = signed_in.come_in(room)
    ann.say("hello")
    assert ann.until("message")["user"] == account.username


@pytest.mark.parametrize("form", [str, str.upper, str.title])
def test_a_guest_may_not_take_the_name_of_an_account(
    room: Room, account: Account, form: type[str]
) -> None:
    assert room.connect(form(account.username)).closed().code == 4401


def test_a_refused_name_says_why(room: Room, account: Account) -> None:
    assert "account" in room.connect(account.username).closed().reason


def test_a_guest_whose_name_is_registered_is_evicted(room: Room, browser: Browser) -> None:
    account = new_account()
    guest, other = room.connect(account.username), room.connect("another guest")
    for member in (guest, other):
        assert member.frame()["type"] == "welcome"
    assert browser.register(account).status_code == 200
    assert guest.closed().code == 4401
    other.until("pong", id=other.ping())


def test_a_ticket_joins_once(room: Room, signed_in: Browser, account: Account) -> None:
    ticket = signed_in.ticket()
    first = come_by_ticket(room, ticket)
    assert first.frame()["user"] == account.username
    assert first.subprotocol == SUBPROTOCOL, "the ticket is not echoed"
    assert come_by_ticket(room, ticket).closed().code == 4401


def test_a_ticket_is_valid_for_thirty_seconds(signed_in: Browser) -> None:
    answer = signed_in.post("/api/ticket")
    assert answer.status_code == 200
    assert answer.json().keys() == {"ticket", "expires_in"}
    assert answer.json()["expires_in"] == 30
    assert len(answer.json()["ticket"]) >= 22, "128 bits at least"


def test_each_ticket_differs(room: Room, signed_in: Browser, account: Account) -> None:
    tickets = {signed_in.ticket() for _ in range(3)}
    assert len(tickets) == 3
    for ticket in tickets:
        assert come_by_ticket(room, ticket).frame()["user"] == account.username


def test_of_two_simultaneous_uses_of_a_ticket_one_succeeds(room: Room, signed_in: Browser) -> None:
    ticket = signed_in.ticket()
    both = [come_by_ticket(room, ticket) for _ in range(2)]
    assert sorted(_first_answer(member) for member in both) == ["4401", "welcome"]


def test_a_ticket_has_precedence_over_a_session_and_a_name(
    room: Room, signed_in: Browser, server: Target, account: Account
) -> None:
    with Browser(server) as other:
        other.login(account)
        ticket = other.ticket()
    member = come_by_ticket(room, ticket, "somebody else", cookie=signed_in.cookie)
    assert member.frame()["user"] == account.username


@pytest.mark.parametrize("ticket", ["", _DEAD, "x" * 500])
def test_an_invalid_ticket_is_refused_even_with_a_session_or_name(
    room: Room, signed_in: Browser, ticket: str
) -> None:
    for name, cookie in (("guest", None), (None, signed_in.cookie)):
        if ticket:
            member = come_by_ticket(room, ticket, name, cookie=cookie)
        else:
            offered = [SUBPROTOCOL, "ticket."]
            member = room.connect(name, subprotocols=offered, cookie=cookie)
        assert member.closed().code == 4401


def test_a_ticket_offered_alone_joins_without_a_subprotocol(
    room: Room, signed_in: Browser, account: Account
) -> None:
    member = room.connect(None, subprotocols=[f"ticket.{signed_in.ticket()}"])
    assert member.subprotocol is None
    assert member.frame()["user"] == account.username


def test_a_ticket_in_the_query_is_ignored(room: Room, signed_in: Browser) -> None:
    address = f"{room.address(None)}?ticket={signed_in.ticket()}"
    assert room.dial(address).closed().code == 4400


def test_without_a_session_there_is_no_ticket(browser: Browser) -> None:
    assert_error(browser.post("/api/ticket"), 401, "not_signed_in")


def test_a_ticket_ends_with_its_session(room: Room, leaving: Browser) -> None:
    ticket = leaving.ticket()
    leaving.logout()
    assert come_by_ticket(room, ticket).closed().code == 4401


def test_logout_closes_the_sockets_of_the_session(
    room: Room, leaving: Browser, server: Target, account: Account
) -> None:
    with Browser(server) as other:
        other.login(account)
        by_cookie, by_ticket = leaving.come(room), come_by_ticket(room, leaving.ticket())
        stays = other.come(room)
        for member in (by_cookie, by_ticket, stays):
            assert member.frame()["type"] == "welcome"
        leaving.logout()
        assert by_cookie.closed().code == 4401
        assert by_ticket.closed().code == 4401
        # Over a broker, the two `left` frames may cross.
        assert {stays.until("left")["count"] for _ in range(2)} == {1, 2}
        assert stays.heard() == []


def test_a_signed_out_socket_gets_the_reason(room: Room, leaving: Browser) -> None:
    member = leaving.come_in(room)
    leaving.logout()
    assert member.closed().reason == "signed out"


def test_an_ended_session_does_not_come_back(room: Room, leaving: Browser) -> None:
    cookie = leaving.cookie
    leaving.logout()
    assert room.connect(None, cookie=cookie).closed().code == 4401
    guest = room.connect("guest", cookie=cookie).frame()
    assert (guest["type"], guest["user"]) == ("welcome", "guest"), "as a guest one may"


@pytest.mark.parametrize("other", ["theme=dark", "a=b; ; =; c", 'x="y"'])
def test_other_cookies_are_ignored(room: Room, other: str) -> None:
    assert room.connect("guest", cookie=other).frame()["user"] == "guest"
    assert room.connect(None, cookie=other).closed().code == 4400


def _first_answer(member: Member) -> str:
    try:
        return str(member.frame()["type"])
    except ClosedError as closed:
        return str(closed.code)
