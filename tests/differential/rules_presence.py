"""Coming and going."""

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import consumes, multiple

from tests.differential import strategies as drawn
from tests.differential.client import Twin
from tests.differential.machine import Arrival, Chats, about, members
from tests.differential.pair import as_query

_rooms = st.integers(0, 1)
_padding = itertools.count(100_000)
_goodbyes = st.sampled_from([1000, 1000, 1001, 3000, 4999])


class Presence(Chats):
    """Joins, leaves, and handshakes that are refused."""

    @about("presence", target=members, room=_rooms, name=drawn.names, offered=drawn.subprotocols)
    def join(self, room: int, name: str, offered: list[str] | None) -> Arrival:
        return self.arrive(self.rooms[room], as_query(name=name), subprotocols=offered)

    @about("replay", target=members, room=_rooms, since=drawn.sinces)
    def join_since(self, room: int, since: str | None) -> Arrival:
        return self.arrive(self.rooms[room], as_query(name="eve", since=since))

    @about("handshake", room=_rooms, query=drawn.odd_queries)
    def join_by_an_odd_query(self, room: int, query: str) -> None:
        arrived = self.arrive(self.rooms[room], query)
        if isinstance(arrived, Twin):
            self.depart(arrived, lambda client: client.leave(1000))

    @about("handshake", room=drawn.odd_rooms)
    def join_an_odd_room(self, room: str) -> None:
        self._visit(room)

    @about("handshake", length=drawn.room_lengths)
    def join_a_room_with_a_name_of(self, length: int) -> None:
        self._visit(f"{next(_padding)}{'r' * length}"[:length])

    @about("presence", member=consumes(members), code=_goodbyes)
    def leave(self, member: Twin, code: int) -> None:
        self.depart(member, lambda client: client.leave(code))

    @about("presence", member=consumes(members))
    def vanish(self, member: Twin) -> None:
        self.depart(member, lambda client: client.vanish())

    @about(
        "replay",
        target=members,
        member=consumes(members),
        silently=st.booleans(),
        missed=st.integers(0, 3),
        back=st.integers(-2, 3),
    )
    def come_back(self, member: Twin, silently: bool, missed: int, back: int) -> Arrival:
        """Who was cut off comes back with `since`, perhaps not quite where it was."""
        room = self.room_of(member)
        if room is None:
            return multiple()
        self.depart(member, lambda client: client.vanish() if silently else client.leave(1000))
        for _ in range(missed):
            room.settle()
        return self.arrive(room, as_query(name="eve", since=str(max(member.newest - back, 0))))

    def _visit(self, room: str) -> None:
        """A handshake in a room that nobody else is in."""
        visitor = self.pair.dial(f"visitor of {room!r}", f"/ws/rooms/{room}?name=ann")
        visitor.read_until("welcome")
        visitor.compare()
        visitor.each(lambda client: client.leave(1000))
        self.pair.wait_for_rooms([each.name for each in self.rooms])
