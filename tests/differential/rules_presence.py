"""Coming and going."""

import itertools

from hypothesis import strategies as st

from tests.differential import strategies as drawn
from tests.differential.machine import Chats, about, anybody
from tests.differential.pair import as_query

_rooms = st.integers(0, 1)
_padding = itertools.count(100_000)
_goodbyes = st.sampled_from([1000, 1000, 1001, 3000, 4999])


class Presence(Chats):
    """Joins, leaves, and handshakes that are refused."""

    @about("presence", room=_rooms, name=drawn.names, offered=drawn.subprotocols)
    def join(self, room: int, name: str, offered: list[str] | None) -> None:
        self.arrive(self.rooms[room], as_query(name=name), subprotocols=offered)

    @about("replay", room=_rooms, since=drawn.sinces)
    def join_since(self, room: int, since: str | None) -> None:
        self.arrive(self.rooms[room], as_query(name="eve", since=since))

    @about("handshake", room=_rooms, query=drawn.odd_queries)
    def join_by_an_odd_query(self, room: int, query: str) -> None:
        arrived = self.arrive(self.rooms[room], query)
        if arrived is not None:
            self.depart(arrived, lambda client: client.leave(1000))

    @about("handshake", room=drawn.odd_rooms)
    def join_an_odd_room(self, room: str) -> None:
        self._visit(room)

    @about("handshake", length=drawn.room_lengths)
    def join_a_room_with_a_name_of(self, length: int) -> None:
        self._visit(f"{next(_padding)}{'r' * length}"[:length])

    @about("presence", who=anybody, code=_goodbyes)
    def leave(self, who: int, code: int) -> None:
        self.depart(self.member(who), lambda client: client.leave(code))

    @about("presence", who=anybody)
    def vanish(self, who: int) -> None:
        self.depart(self.member(who), lambda client: client.vanish())

    @about(
        "replay",
        who=anybody,
        silently=st.booleans(),
        missed=st.integers(0, 3),
        back=st.integers(-2, 3),
    )
    def come_back(self, who: int, silently: bool, missed: int, back: int) -> None:
        """Cut a member, and reconnect with `since`, perhaps not exactly where it was."""
        member = self.member(who)
        room = self.room_of(member)
        self.depart(member, lambda client: client.vanish() if silently else client.leave(1000))
        for _ in range(missed):
            room.settle()
        self.arrive(room, as_query(name="eve", since=str(max(member.newest - back, 0))))

    def _visit(self, room: str) -> None:
        """A handshake in an empty room."""
        visitor = self.pair.dial(f"visitor of {room!r}", f"/ws/rooms/{room}?name=ann")
        visitor.read_until("welcome")
        visitor.compare()
        visitor.each(lambda client: client.leave(1000))
        self.pair.wait_for_rooms([each.name for each in self.rooms])
