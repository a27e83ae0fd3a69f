"""A room's messages are numbered from 1 without a hole, in the order of their commits."""

from collections import Counter
from contextlib import ExitStack

from chat_core.history import Said
from tests.history.process import CHATS, ChatProcess

PROCESSES = 3
ROUNDS = 4
AT_ONCE = 40


def test_what_is_appended_in_turn_is_numbered_in_turn(process: ChatProcess, room: str) -> None:
    said = [Said(room, "ann", str(number), 0, "hi") for number in range(150)]  # more than a group

    assert list(range(1, 151)) == process.append(*said)


def test_processes_that_write_at_once_leave_no_hole(chat: str, database: str, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(3)]
    told: dict[tuple[str, str], int] = {}
    with ExitStack() as stack:
        processes = [stack.enter_context(ChatProcess(chat, database)) for _ in range(PROCESSES)]
        reader = stack.enter_context(ChatProcess(chat, database))
        for turn in range(ROUNDS):
            groups = [_said(rooms, f"{number}-{turn}") for number in range(PROCESSES)]
            for process, group in zip(processes, groups, strict=True):
                process.send([("append", said) for said in group])
            # Read while they write: what is seen has no hole at any moment.
            for seen in reader.ask_all([("after", each, 0, 1000) for each in rooms * 5]):
                assert [message["seq"] for message in seen] == list(range(1, len(seen) + 1))
            for process, group in zip(processes, groups, strict=True):
                for said, seq in zip(group, process.receive(), strict=True):
                    told[said.room, said.id] = seq
        stored = dict(
            zip(rooms, reader.ask_all([("after", r, 0, 1000) for r in rooms]), strict=True)
        )
        newest = reader.ask_all([("newest", each) for each in rooms])

    assert len(told) == PROCESSES * ROUNDS * AT_ONCE
    assert {
        (each, message["id"]): message["seq"] for each in rooms for message in stored[each]
    } == told
    counts = Counter(each for each, _ in told)
    assert newest == [counts[each] for each in rooms]
    for each in rooms:
        assert [message["seq"] for message in stored[each]] == list(range(1, counts[each] + 1))


def test_processes_that_make_the_same_rooms_at_once(chat: str, database: str, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(20)]
    with ExitStack() as stack:
        processes = [stack.enter_context(ChatProcess(chat, database)) for _ in range(PROCESSES)]
        for process in processes:
            process.ask("check")
        for number, process in enumerate(processes):
            order = rooms if number % 2 else rooms[::-1]
            process.send([("append", Said(each, "ann", str(number), 0, "hi")) for each in order])
        seqs = Counter(seq for process in processes for seq in process.receive())

    assert seqs == dict.fromkeys(range(1, PROCESSES + 1), len(rooms))


def test_both_chats_live_in_one_database(database: str, room: str) -> None:
    for chat in CHATS:
        with ChatProcess(chat, database) as process:
            assert [1] == process.append(Said(room, chat, "i", 0, chat))
            [message] = process.ask("after", room, 0, 10)
            assert message["text"] == chat


def _said(rooms: list[str], prefix: str) -> list[Said]:
    return [
        Said(rooms[number % len(rooms)], "ann", f"{prefix}-{number}", number, "hi")
        for number in range(AT_ONCE)
    ]
