"""The `joined` and `left` frames after a beat."""

import json

import pytest

from chat_core import protocol_limits
from chat_core.presence import presence_changes
from chat_core.roster import Arrival, Beat, Departure

FULL = protocol_limits.PRESENCE_MEMBERS


def test_a_member_wrongly_counted_as_dead_has_left_and_joined_for_the_others() -> None:
    beat = Beat([Departure("r", "ann", 1, 7, "m1")], [Arrival("s", "bob", 2, 8, "m2")])
    (first, left), (second, joined) = presence_changes(beat)
    assert (first, json.loads(left.data)) == ("r", {"type": "left", "user": "ann", "count": 1})
    assert (left.exclude, left.version) == ("m1", 7)
    assert (second, json.loads(joined.data)) == ("s", {"type": "joined", "user": "bob", "count": 2})
    assert (joined.exclude, joined.version) == ("m2", 8)


@pytest.mark.parametrize("kind", [Departure, Arrival])
def test_a_large_room_gets_no_presence(kind: type[Departure] | type[Arrival]) -> None:
    changes = [kind("r", "ann", FULL), kind("s", "bob", FULL + 1)]
    beat = Beat(changes, []) if kind is Departure else Beat([], changes)  # type: ignore[arg-type]
    assert [room for room, _ in presence_changes(beat)] == ["r"]
