"""Accounts: signing in and out, and coming to a room as who one is."""

import itertools
import json
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, multiple

from tests.differential import strategies as drawn
from tests.differential.http_calls import Answer
from tests.differential.machine import Arrival, Chats, about, members
from tests.differential.pair import PASSWORD, USERS, as_query

_JSON = {"Content-Type": "application/json"}
_FOREIGN = {"Origin": "http://elsewhere.example"}

_MOST_PASSWORDS = 4

_rooms = st.integers(0, 1)
_users = st.sampled_from(USERS)
_numbers = itertools.count(1)
_new_names = st.sampled_from(["new {}", " Ünïcode {} ", "\U0001f600{}", "{}" + "n" * 40, "a\nb{}"])
_passwords = st.sampled_from([PASSWORD, "p" * 8, "p" * 7, "\U0001f600" * 8, "p" * 257])
_taken = st.sampled_from(
    [USERS[0], USERS[0].upper(), f" {USERS[0]} ", "\uff55ser-1", "us\u200ber-1"]
)
_bodies = st.sampled_from(
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"username":"a"}',
        b'{"username":"a","password":12345678}',
        b'{"username":null,"password":"12345678"}',
        b'{"username":"a\\ud800","password":"12345678"}',
        b'{"username":"","password":"12345678"}',
        b"username=a&password=12345678",
        b'{"username":"a","password":"' + b"p" * 20_000 + b'"}',
    ]
)
_garbage = st.sampled_from(["x", "", "a.b:c", '"', "x" * 300])


@dataclass(eq=False, slots=True)
class SignedIn:
    """A session, with the cookie that each chat gave."""

    cookies: tuple[str, str] = field(repr=False)

    @property
    def headers(self) -> list[dict[str, str]]:
        """That show it in an HTTP call."""
        return [{"Cookie": cookie} for cookie in self.cookies]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Of a session, in each chat."""

    session: SignedIn
    tokens: tuple[str, str] = field(repr=False)


sessions: Bundle[SignedIn] = Bundle("sessions")
tickets: Bundle[Ticket] = Bundle("tickets")


class Accounts(Chats):
    """Each rule of those who sign in; guests are elsewhere."""

    _hashed = 0
    """How many both chats had to hash, each of which takes them long."""

    @about("accounts sign_in tickets", target=sessions, user=_users)
    def log_in(self, user: str) -> SignedIn | MultipleResults[SignedIn]:
        if self._tired():
            return multiple()
        return self._signed_in(self._post("login", _credentials(user, PASSWORD)))

    @about("accounts", target=sessions, user=_users, session=sessions)
    def log_in_again(self, user: str, session: SignedIn) -> SignedIn | MultipleResults[SignedIn]:
        """Which ends the session that one had."""
        if self._tired():
            return multiple()
        credentials = _credentials(user, PASSWORD)
        found = self._signed_in(self._post("login", credentials, session.headers))
        if isinstance(found, SignedIn):
            self._see_them_off(session)
        return found

    @about("accounts", user=_users, password=_passwords.filter(lambda each: each != PASSWORD))
    def fail_to_log_in(self, user: str, password: str) -> None:
        if not self._tired():
            self._post("login", _credentials(user, password))

    @about("accounts", target=sessions, name=_new_names, password=_passwords)
    def register(self, name: str, password: str) -> SignedIn | MultipleResults[SignedIn]:
        if self._tired():
            return multiple()
        return self._signed_in(
            self._post("register", _credentials(name.format(next(_numbers)), password))
        )

    @about("accounts", name=_taken)
    def register_a_taken_name(self, name: str) -> None:
        if not self._tired():
            self._post("register", _credentials(name, PASSWORD))

    @about("accounts", call=st.sampled_from(["login", "register"]), body=_bodies)
    def post_oddly(self, call: str, body: bytes) -> None:
        self._post(call, body)

    @about("accounts", call=st.sampled_from(["login", "register", "logout", "ticket"]))
    def post_from_elsewhere(self, call: str) -> None:
        body = _credentials(USERS[0], PASSWORD)
        self._post(call, body, [_FOREIGN, _FOREIGN])

    @about("accounts", session=sessions)
    def ask_who_i_am(self, session: SignedIn) -> None:
        self.pair.ask("GET", "/api/me", headers=session.headers)

    @about("accounts", call=st.sampled_from(["me", "ticket", "logout"]), value=_garbage)
    def show_a_cookie_that_is_none(self, call: str, value: str) -> None:
        headers = [{"Cookie": f"{name}={value}"} for name in self.pair.cookie_names]
        self.pair.ask("GET" if call == "me" else "POST", f"/api/{call}", headers=headers)

    @about("accounts sign_in", session=sessions)
    def log_out(self, session: SignedIn) -> None:
        self._post("logout", b"", session.headers)
        self._see_them_off(session)

    @about("accounts tickets", target=tickets, session=sessions)
    def take_a_ticket(self, session: SignedIn) -> Ticket | MultipleResults[Ticket]:
        first, second = self._post("ticket", b"", session.headers)
        if first.status != 200:
            return multiple()
        return Ticket(session, (first.json()["ticket"], second.json()["ticket"]))

    @about(
        "accounts sign_in",
        target=members,
        session=sessions,
        room=_rooms,
        name=st.none() | drawn.names,
    )
    def join_signed_in(self, session: SignedIn, room: int, name: str | None) -> Arrival:
        query = as_query(name=name)
        return self.arrive(self.rooms[room], query, session, cookie=session.cookies)

    @about(
        "accounts tickets",
        target=members,
        ticket=tickets,
        room=_rooms,
        name=st.none() | drawn.names,
    )
    def join_by_ticket(self, ticket: Ticket, room: int, name: str | None) -> Arrival:
        """Once; a second time it is refused."""
        offered = tuple(["chat.v1", f"ticket.{each}"] for each in ticket.tokens)
        query = as_query(name=name)
        return self.arrive(self.rooms[room], query, ticket.session, subprotocols=offered)

    @about("accounts", target=members, room=_rooms, name=_taken)
    def join_by_a_name_that_is_taken(self, room: int, name: str) -> Arrival:
        return self.arrive(self.rooms[room], as_query(name=name))

    @about("accounts", target=members, room=_rooms, value=_garbage, name=st.none() | drawn.names)
    def join_by_a_cookie_that_is_none(self, room: int, value: str, name: str | None) -> Arrival:
        cookies = tuple(f"{each}={value}" for each in self.pair.cookie_names)
        return self.arrive(self.rooms[room], as_query(name=name), cookie=cookies)

    def _post(
        self, call: str, body: bytes, headers: list[dict[str, str]] | None = None
    ) -> list[Answer]:
        if call in ("login", "register"):
            self._hashed += 1
        own = [_JSON | each for each in headers or [{}, {}]]
        return self.pair.ask("POST", f"/api/{call}", body, own)

    def _tired(self) -> bool:
        return self._hashed >= _MOST_PASSWORDS

    def _signed_in(self, answers: list[Answer]) -> SignedIn | MultipleResults[SignedIn]:
        if answers[0].status != 200:
            return multiple()
        first, second = (
            f"{name}={value}" for each in answers for name, value in each.cookies.items()
        )
        return SignedIn((first, second))

    def _see_them_off(self, session: SignedIn) -> None:
        """Who came by a session goes with it."""
        for room in self.rooms:
            leaving = [member for member in room.members if member.session is session]
            if leaving:
                room.see_off(leaving)


def _credentials(username: str, password: str) -> bytes:
    return json.dumps({"username": username, "password": password}).encode()
