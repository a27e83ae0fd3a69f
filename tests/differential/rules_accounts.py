"""Accounts: signing in and out, and joining a room with an identity."""

import itertools
import json
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.differential import strategies as drawn
from tests.differential.http_calls import Answer
from tests.differential.machine import Chats, about, anybody
from tests.differential.pair import PASSWORD, USERS, Pair, as_query

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
_maybe_names = st.none() | drawn.names
_garbage = st.sampled_from(["x", "", "a.b:c", '"', "x" * 300])


@dataclass(eq=False, slots=True)
class SignedIn:
    """A session, with the cookie of each chat; a client with an ended session is a guest."""

    cookies: tuple[str, str] = field(repr=False)
    ended: bool = False

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of an HTTP call with this session."""
        return [{"Cookie": cookie} for cookie in self.cookies]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of a session in each chat."""

    session: SignedIn
    tokens: tuple[str, str] = field(repr=False)


class Accounts(Chats):
    """Each rule of those who sign in; guests are elsewhere."""

    def __init__(self, pair: Pair, topics: frozenset[str] = frozenset()) -> None:
        super().__init__(pair, topics)
        self._sessions: list[SignedIn] = []
        """All sessions, also ended ones."""
        self._tickets: list[Ticket] = []
        """All tickets, also used ones."""
        self._hashed = 0
        """The number of passwords that both chats had to hash; each takes long."""

    @about("accounts", user=_users)
    def log_in(self, user: str) -> None:
        self._log_in(user)

    @about("accounts sign_in", user=_users, which=anybody)
    def log_in_again(self, user: str, which: int) -> None:
        """A login with a session, which ends that session."""
        session = self._session(which)
        if session is not None and self._log_in(user, session.headers):
            self._see_them_off(session)

    @about("accounts", user=_users, password=_passwords.filter(lambda each: each != PASSWORD))
    def fail_to_log_in(self, user: str, password: str) -> None:
        self._post_credentials("login", user, password)

    @about("accounts", name=_new_names, password=_passwords)
    def register(self, name: str, password: str) -> None:
        self._post_credentials("register", name.format(next(_numbers)), password)

    @about("accounts", name=_taken)
    def register_a_taken_name(self, name: str) -> None:
        self._post_credentials("register", name, PASSWORD)

    @about("accounts", call=st.sampled_from(["login", "register"]), body=_bodies)
    def post_oddly(self, call: str, body: bytes) -> None:
        self._post(call, body)

    @about("accounts", call=st.sampled_from(["login", "register", "logout", "ticket"]))
    def post_from_elsewhere(self, call: str) -> None:
        self._post(call, _credentials(USERS[0], PASSWORD), [_FOREIGN, _FOREIGN])

    @about("accounts", which=anybody)
    def ask_who_i_am(self, which: int) -> None:
        if session := self._session(which):
            self.pair.ask("GET", "/api/me", headers=session.headers)

    @about("accounts", call=st.sampled_from(["me", "ticket", "logout"]), value=_garbage)
    def show_a_cookie_that_is_none(self, call: str, value: str) -> None:
        headers = [{"Cookie": f"{name}={value}"} for name in self.pair.cookie_names]
        self.pair.ask("GET" if call == "me" else "POST", f"/api/{call}", headers=headers)

    @about("accounts sign_in", which=anybody)
    def log_out(self, which: int) -> None:
        if session := self._session(which):
            self._post("logout", b"", session.headers)
            self._see_them_off(session)

    @about("accounts tickets", which=anybody)
    def take_a_ticket(self, which: int) -> None:
        if session := self._session(which):
            first, second = self._post("ticket", b"", session.headers)
            if first.status == 200:
                tokens = first.json()["ticket"], second.json()["ticket"]
                self._tickets.append(Ticket(session, tokens))

    @about("accounts sign_in", which=anybody, room=_rooms, name=_maybe_names)
    def join_signed_in(self, which: int, room: int, name: str | None) -> None:
        if session := self._session(which):
            query = as_query(name=name)
            by = None if session.ended else session
            self.arrive(self.rooms[room], query, by, cookie=session.cookies)

    @about("accounts tickets", which=anybody, room=_rooms, name=_maybe_names)
    def join_by_ticket(self, which: int, room: int, name: str | None) -> None:
        """Join by a ticket; a second use is refused."""
        if self._tickets:
            ticket = self._tickets[which % len(self._tickets)]
            offered = tuple(["chat.v1", f"ticket.{each}"] for each in ticket.tokens)
            query = as_query(name=name)
            self.arrive(self.rooms[room], query, ticket.session, subprotocols=offered)

    @about("accounts", room=_rooms, name=_taken)
    def join_by_a_name_that_is_taken(self, room: int, name: str) -> None:
        self.arrive(self.rooms[room], as_query(name=name))

    @about("accounts", room=_rooms, value=_garbage, name=_maybe_names)
    def join_by_a_cookie_that_is_none(self, room: int, value: str, name: str | None) -> None:
        cookies = tuple(f"{each}={value}" for each in self.pair.cookie_names)
        self.arrive(self.rooms[room], as_query(name=name), cookie=cookies)

    def _session(self, which: int) -> SignedIn | None:
        """One of the sessions, or a new one if there is none; None if logins are refused."""
        if not self._sessions:
            self._log_in(USERS[which % len(USERS)])
        return self._sessions[which % len(self._sessions)] if self._sessions else None

    def _log_in(self, user: str, headers: list[dict[str, str]] | None = None) -> bool:
        answers = self._post_credentials("login", user, PASSWORD, headers)
        if not answers or answers[0].status != 200:
            return False
        first, second = (
            f"{name}={value}" for each in answers for name, value in each.cookies.items()
        )
        self._sessions.append(SignedIn((first, second)))
        return True

    def _post_credentials(
        self,
        call: str,
        user: str,
        password: str,
        headers: list[dict[str, str]] | None = None,
    ) -> list[Answer]:
        """Register or log in; returns no answers if enough passwords were hashed already."""
        if self._hashed >= _MOST_PASSWORDS:
            return []
        self._hashed += 1
        return self._post(call, _credentials(user, password), headers)

    def _post(
        self, call: str, body: bytes, headers: list[dict[str, str]] | None = None
    ) -> list[Answer]:
        own = [_JSON | each for each in headers or [{}, {}]]
        return self.pair.ask("POST", f"/api/{call}", body, own)

    def _see_them_off(self, session: SignedIn) -> None:
        """Expect the close of all members of an ended session."""
        session.ended = True
        for room in self.rooms:
            leaving = [member for member in room.members if member.session is session]
            if leaving:
                room.see_off(leaving)


def _credentials(username: str, password: str) -> bytes:
    return json.dumps({"username": username, "password": password}).encode()
