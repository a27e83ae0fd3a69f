"""Reactions are rows: each reactor counts once, whatever happens at the same time."""

import itertools

from chat_core.history import MESSAGE_BYTES, REACTION_BYTES, NewMessage, Reaction, Retraction
from chat_core.protocol_limits import REACTIONS
from tests.history.process import ChatProcess, TooLarge, Unavailable, Unknown

UP, HEART = REACTIONS[:2]


def _put(room: str, reactor: str = "guest ann", seq: int = 1, on: bool = True) -> Reaction:
    return Reaction(room, seq, reactor, "ann", UP, on)


def _said(room: str, identifier: str = "1") -> NewMessage:
    return NewMessage(room, "ann", identifier, 0, "", author="m1")


def test_a_count_is_the_count_of_its_reactors(process: ChatProcess, room: str) -> None:
    process.append(_said(room), _said(room, "2"))
    bob = Reaction(room, 1, "guest bob", "bob", HEART, on=True)
    asked = [bob, _put(room), _put(room), _put(room, "account 1"), _put(room, on=False)]
    answers = [process.ask("react", each) for each in asked]

    assert answers == [{HEART: 1}, {UP: 1, HEART: 1}, None, {UP: 2, HEART: 1}, {UP: 1, HEART: 1}]
    kept = process.ask("after", room, 0, 9)
    assert [each.get("reactions") for each in kept] == [{UP: 1, HEART: 1}, None]
    assert list(kept[0]["reactions"]) == [UP, HEART]
    assert process.ask("before", room, 2, 1)[0]["reactions"] == kept[0]["reactions"]
    for unknown in (_put(room, seq=3), _put(f"{room}-other")):
        assert process.ask("react", unknown) == Unknown()


def test_processes_that_react_at_once_count_everybody_once(
    process: ChatProcess, crew: list[ChatProcess], room: str
) -> None:
    process.append(_said(room))
    for each in crew:
        each.send([("react", _put(room, f"guest {number}")) for number in range(20)])
    answers = [*itertools.chain(*(each.receive() for each in crew))]
    answers += process.ask_all([("react", _put(room, f"guest {number}")) for number in range(20)])
    # On a busy machine, an answer may say that it is not certain.
    counts = [each[UP] for each in answers if each and not isinstance(each, Unavailable)]
    assert len(set(counts)) == len(counts), "each count is told once"
    if not any(isinstance(each, Unavailable) for each in answers):
        assert sorted(counts) == list(range(1, 21))
    assert process.ask("after", room, 0, 9)[0]["reactions"] == {UP: 20}


def test_reactions_take_a_place_in_the_room_and_give_it_back(
    chat: str, database: str, room: str
) -> None:
    most = MESSAGE_BYTES + REACTION_BYTES
    with ChatProcess(chat, database, CHAT_ROOM_BYTES=str(most)) as process:
        process.append(_said(room))
        assert process.ask("react", _put(room)) == {UP: 1}
        assert isinstance(process.ask("react", _put(room, "guest bob")), TooLarge)
        assert process.ask("react", _put(room, on=False)) == {}
        assert process.ask("react", _put(room, "guest bob")) == {UP: 1}
        assert process.ask("unsay", Retraction(room, 1, "m1", "ann"))
        assert process.append(NewMessage(room, "ann", "2", 0, "x"))[0] != 2, "one byte too many"
        assert process.ask("react", _put(room)) == Unknown()
