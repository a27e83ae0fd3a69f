"""A room's messages are numbered from 1 without a hole, in the order of their commits."""

from collections import Counter

from chat_core.history import NewMessage
from tests.history.process import ChatProcess, Unavailable

ROUNDS = 4
AT_ONCE = 40


def test_messages_are_numbered_in_the_order_of_appending(process: ChatProcess, room: str) -> None:
    said = [
        NewMessage(room, "ann", str(number), 0, "hi") for number in range(150)
    ]  # more than a group

    assert process.append(*said) == list(range(1, 151))


def test_simultaneous_processes_leave_no_hole(
    process: ChatProcess, crew: list[ChatProcess], room: str
) -> None:
    rooms = [f"{room}-{number}" for number in range(3)]
    told: dict[tuple[str, str], int] = {}
    for turn in range(ROUNDS):
        groups = [_said(rooms, f"{number}-{turn}") for number in range(len(crew))]
        for writer, group in zip(crew, groups, strict=True):
            writer.send([("append", said) for said in group])
        # Read during the writes: the history has no hole at any time.
        for seen in process.ask_all([("after", each, 0, 1000) for each in rooms * 5]):
            assert [message["seq"] for message in seen] == list(range(1, len(seen) + 1))
        for writer, group in zip(crew, groups, strict=True):
            for said, seq in zip(group, writer.receive(), strict=True):
                told[said.room, said.id] = _kept(writer, said, seq)
    stored = process.ask_all([("after", each, 0, 1000) for each in rooms])
    newest = process.ask_all([("newest", each) for each in rooms])

    assert len(told) == len(crew) * ROUNDS * AT_ONCE
    counts = Counter(each for each, _ in told)
    assert newest == [counts[each] for each in rooms]
    for each, messages in zip(rooms, stored, strict=True):
        assert [message["seq"] for message in messages] == list(range(1, counts[each] + 1))
        assert all(told[each, message["id"]] == message["seq"] for message in messages)


def test_simultaneous_processes_make_the_same_rooms(crew: list[ChatProcess], room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(20)]
    for number, process in enumerate(crew):
        order = rooms if number % 2 else rooms[::-1]
        process.send([("append", NewMessage(each, "ann", str(number), 0, "hi")) for each in order])
    seqs = Counter(seq for process in crew for seq in process.receive())

    assert seqs == dict.fromkeys(range(1, len(crew) + 1), len(rooms))


def _kept(writer: ChatProcess, said: NewMessage, seq: int | Unavailable) -> int:
    """The seq of a message; it is said again, under its id, while the database has no time."""
    while isinstance(seq, Unavailable):
        (seq,) = writer.append(said)
    return abs(seq)


def _said(rooms: list[str], prefix: str) -> list[NewMessage]:
    return [
        NewMessage(rooms[number % len(rooms)], "ann", f"{prefix}-{number}", number, "hi")
        for number in range(AT_ONCE)
    ]
