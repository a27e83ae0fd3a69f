"""The HTTP side."""

from hypothesis import strategies as st

from tests.differential import strategies as drawn
from tests.differential.machine import Chats, about
from tests.differential.pair import as_query

_rooms = st.integers(0, 1)
_maybe = st.one_of(st.none(), st.integers(1, 5).map(str), drawn.numbers)
_queries = st.sampled_from(
    ["limit=1&limit=2", "before=3&before=x", "limit", "limit=&before=", "LIMIT=1", "since=1", "&"]
)


class HttpCalls(Chats):
    """Health, rooms, history, pictures, and what is not there."""

    @about("http")
    def ask_who_serves(self) -> None:
        self.pair.ask("GET", "/healthz")

    @about("http")
    def list_the_rooms(self) -> None:
        self.pair.ask("GET", "/api/rooms")

    @about("history", room=_rooms, before=_maybe, limit=_maybe)
    def read_the_history(self, room: int, before: str | None, limit: str | None) -> None:
        query = as_query(before=before, limit=limit)
        self.pair.ask("GET", f"{self._messages(room)}?{query}")

    @about("history", room=_rooms, query=_queries)
    def read_the_history_oddly(self, room: int, query: str) -> None:
        self.pair.ask("GET", f"{self._messages(room)}?{query}")

    @about("history", room=_rooms)
    def fetch_the_pictures(self, room: int) -> None:
        for record in self.pair.ask("GET", self._messages(room))[0].json():
            if "url" in record:
                self.pair.ask("GET", record["url"])

    @about("history", room=_rooms, seq=drawn.numbers)
    def fetch_a_picture(self, room: int, seq: str) -> None:
        self.pair.ask("GET", f"/api/rooms/{self.rooms[room].name}/images/{seq}")

    @about("http", method=drawn.methods, path=drawn.odd_targets)
    def ask_for_what_may_not_be_there(self, method: str, path: str) -> None:
        self.pair.ask(method, path)

    def _messages(self, room: int) -> str:
        return f"/api/rooms/{self.rooms[room].name}/messages"
