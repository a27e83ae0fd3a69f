"""Private rooms: making them, inviting to them, and knocking."""

import itertools
import json

from hypothesis import strategies as st

from tests.differential.machine import about, anybody
from tests.differential.rules_accounts import Accounts, SignedIn

_numbers = itertools.count(1)
_bodies = st.sampled_from(
    [
        b"",
        b"[]",
        b"\xff",
        b'{"room":"r"}',
        b'{"private":true}',
        b'{"room":"r","private":false}',
        b'{"room":"r","private":1}',
        b'{"room":7,"private":true}',
        b'{"room":"","private":true}',
        b'{"room":"a\\u0000","private":true}',
        b'{"room":"\\ud800","private":true}',
        b'{"room":"a.b"}',
        b'{"room":"' + b"r" * 65 + b'","private":true}',
    ]
)


class PrivateRooms(Accounts):
    """Each rule has a room of its own: when a member has left it is not defined."""

    @about("private", which=anybody, body=_bodies)
    def make_a_room_oddly(self, which: int, body: bytes) -> None:
        if session := self._session(which):
            self._post("rooms", body, session.headers)

    @about("private", which=anybody, room=st.integers(0, 1))
    def make_a_room_that_is_taken(self, which: int, room: int) -> None:
        if session := self._session(which):
            self._make(session, self.rooms[room].name)
            self._post(f"rooms/{self.rooms[room].name}/invitations", b"", session.headers)

    @about(
        "private",
        which=anybody,
        other=st.none() | anybody,
        offered=st.sampled_from(["good", "good", "withdrawn", "garbage", "none"]),
    )
    def knock(self, which: int, other: int | None, offered: str) -> None:
        """A guest, or a user, comes to a private room of a user; then both read what it keeps."""
        owner = self._session(which)
        name = f"{self.example}-p{next(_numbers)}"
        if owner is None or not self._make(owner, name):
            return
        answers = self._post(f"rooms/{name}/invitations", b"", owner.headers)
        tokens = tuple(each.json()["invitation"] for each in answers)
        if offered == "withdrawn":
            self.pair.ask("DELETE", f"/api/rooms/{name}/invitations", headers=owner.headers)
        if offered == "garbage":
            tokens = ("x", "x")
        comes = None if other is None else self._session(other)
        options: dict[str, object] = {} if comes is None else {"cookie": comes.cookies}
        if offered != "none":
            options["subprotocols"] = tuple(["chat.v1", f"invitation.{each}"] for each in tokens)
        visitor = self.pair.dial(
            f"visitor {name}", f"/ws/rooms/{name}?name=eve", self.pair.own(options)
        )
        visitor.read_until("welcome")
        visitor.compare()
        visitor.each(lambda client: client.leave(1000))
        for session in (owner, comes):
            headers = [{}, {}] if session is None else session.headers
            for page in ("messages", "messages?limit=x", "images/1"):
                self.pair.ask("GET", f"/api/rooms/{name}/{page}", headers=headers)
            self._post(f"rooms/{name}/invitations", b"", headers)

    def _make(self, owner: SignedIn, name: str) -> bool:
        body = json.dumps({"room": name, "private": True}).encode()
        return self._post("rooms", body, owner.headers)[0].status == 201
