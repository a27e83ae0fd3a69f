"""`since`: first the missed messages, then new ones; none is missing, and none comes twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from chat_core import protocol_limits, vectors
from tests.conformance.connection import ClosedError
from tests.conformance.records import between, fill, referred, seqs, tell
from tests.conformance.room import Frame, Member, Room
from tests.conformance.target import Target

# What is replayed depends on what is kept, and on what the fan-out brings meanwhile.
pytestmark = [pytest.mark.history, pytest.mark.depends_on("fanout", "history")]

_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST_SECONDS = 180
"""The longest that the cuts may take, beside other work on a slow machine."""
_MORE = 60
"""The number of messages in the long room above the largest replay."""


@pytest.fixture(scope="session")
def long_room(server: Target) -> Iterator[Room]:
    """A room with more messages than a replay has; no member writes in it any more."""
    with Room(server.url) as room:
        fill(room, protocol_limits.REPLAY_MESSAGES + _MORE)
        yield room


def _come_back(room: Room, since: int, name: str = "back") -> tuple[Frame, Member]:
    member = room.connect(name, since=since)
    return member.frame(), member


@pytest.mark.cases_depend_on("history")
@pytest.mark.parametrize("since", [0, 1, 7, 9])
def test_messages_after_since_are_replayed_in_order(room: Room, since: int) -> None:
    ann = room.enter("ann")
    for number in range(10):
        ann.say(f"{number}")
    live = ann.messages(10)
    welcome, back = _come_back(room, since)
    assert welcome["seq"] == 10
    assert back.messages(10 - since) == live[since:]
    assert back.heard() == [], "nothing comes twice"


@pytest.mark.cases_depend_on("history")
@pytest.mark.parametrize("beyond", [0, 1, 1000])
def test_a_member_that_has_all_gets_no_replay(room: Room, beyond: int) -> None:
    ann = room.enter("ann")
    ann.say("hello")
    newest = ann.messages(1)[0]["seq"]
    welcome, back = _come_back(room, newest + beyond)
    assert welcome["seq"] == newest
    identifier = ann.say("more")
    assert [frame["id"] for frame in back.messages(1)] == [identifier], "what comes still comes"


def test_without_since_nothing_is_replayed(room: Room) -> None:
    ann = room.enter("ann")
    ann.ack(ann.say("before"))
    bob = room.enter("bob")
    assert bob.heard() == []


def test_an_empty_room_has_nothing_to_replay(room: Room) -> None:
    welcome, back = _come_back(room, 0)
    assert welcome["seq"] == 0
    assert back.heard() == []


def test_a_replay_is_the_same_frames_again_but_images_are_references(
    room: Room, http: httpx.Client
) -> None:
    said = [case for case in vectors.load("accepted") if case["frame"]["type"] == "say"]
    live = tell(room, [*said, *vectors.load("images_accepted")[:4]])
    _, back = _come_back(room, 0)
    replayed = back.messages(len(live))
    assert [list(frame.items()) for frame in replayed] == [
        list(referred(room, frame).items()) for frame in live
    ], "the order of the fields, too"
    for reference, frame in zip(replayed[-4:], live[-4:], strict=True):
        assert http.get(reference["url"]).content == frame["picture"]


@pytest.mark.depends_on("history")
def test_a_replay_has_up_to_the_largest_number_of_messages(long_room: Room) -> None:
    welcome, back = _come_back(long_room, _MORE)
    newest = protocol_limits.REPLAY_MESSAGES + _MORE
    assert welcome["seq"] == newest
    missed = back.all_until("message", seq=newest)
    assert {frame["type"] for frame in missed} == {"message"}, "there is no gap"
    assert seqs(missed) == list(range(_MORE + 1, newest + 1))


@pytest.mark.depends_on("history")
@pytest.mark.parametrize("since", [0, _MORE - 1])
def test_a_member_further_behind_gets_a_gap_and_fetches_it(
    long_room: Room, http: httpx.Client, since: int
) -> None:
    _, back = _come_back(long_room, since)
    newest = protocol_limits.REPLAY_MESSAGES + _MORE
    gap, *missed = back.all_until("message", seq=newest)
    assert gap == {"type": "gap", "after": since, "before": _MORE + 1}
    assert len(missed) == protocol_limits.REPLAY_MESSAGES
    fetched = between(http, long_room.name, gap["after"], gap["before"])
    assert seqs(fetched) + seqs(missed) == list(range(since + 1, newest + 1))


def test_a_replay_while_others_write_is_complete(room: Room) -> None:
    """Several members write while others join one after another: each gets every message once."""
    writers = [room.enter(f"w{number}") for number in range(4)]
    came: list[tuple[Frame, Member]] = []
    for round_ in range(8):
        for writer in writers:
            for _ in range(3):
                writer.say(f"{round_}")
        came.append(_come_back(room, 0, f"back{round_}"))
    total = 4 * 8 * 3
    live = {frame["seq"]: frame for frame in writers[0].messages(total)}
    assert sorted(live) == list(range(1, total + 1))
    for welcome, back in came:
        heard = back.messages(total)
        assert {frame["seq"]: frame for frame in heard} == live, "nothing is missing"
        assert len(seqs(heard)) == len(set(seqs(heard))), "nothing comes twice"
        replayed = welcome["seq"]
        assert seqs(heard[:replayed]) == list(range(1, replayed + 1)), "first what was missed"
    assert came[-1][1].heard() == []


def test_a_member_that_is_cut_repeatedly_misses_nothing(room: Room) -> None:
    total = 120
    writers = [room.enter(f"w{number}") for number in range(3)]

    def read() -> list[Frame]:
        had: list[Frame] = []
        while len(had) < total:
            _, reader = _come_back(room, had[-1]["seq"] if had else 0, "reader")
            # Read some of the frames, then abort.
            for frame in reader.messages(min(1 + len(had) % 7, total - len(had))):
                if frame["seq"] != len(had) + 1:
                    break  # two frames crossed: messages after a hole are requested again
                had.append(frame)
            reader.vanish()
        return had

    with ThreadPoolExecutor(max_workers=1) as executor:
        reading = executor.submit(read)
        for number in range(total // len(writers)):
            for writer in writers:
                writer.ack(writer.say(f"{number}"))
        had = reading.result(timeout=_LONGEST_SECONDS)
    live = {frame["seq"]: frame for frame in writers[0].messages(total)}
    assert had == [live[seq] for seq in range(1, total + 1)]


@pytest.mark.depends_on("server", "fanout", "history")
def test_a_slow_reader_comes_back_and_misses_nothing(room: Room) -> None:
    """Whether the server evicts the reader or waits for it does not matter here."""
    picture = _PNG + bytes(4 * 1024**2)
    ann = room.enter("ann")
    slow = room.connect("slow", since=0, receive_buffer=4096)
    said = []
    for _ in range(6):  # 24 MiB: more than the outbox and the buffers of kernel and server
        said.append(ann.send_image(picture))
        ann.until("image", id=said[-1])
    had = _read_on(slow, len(said))
    if len(had) < len(said):
        _, back = _come_back(room, had[-1]["seq"] if had else 0)
        had += back.messages(len(said) - len(had))
    assert [frame["id"] for frame in had] == said


def _read_on(slow: Member, count: int) -> list[Frame]:
    """The remaining messages."""
    had: list[Frame] = []
    try:
        while len(had) < count:
            had += slow.messages(1)
    except ClosedError as closed:
        if closed.code != 1013:
            raise
    return had


def test_replayed_and_fetched_messages_are_the_same(room: Room, http: httpx.Client) -> None:
    ann = room.enter("ann")
    ann.say("hello")
    ann.send_image(_PNG, name="cat.png")
    ann.messages(2)
    _, back = _come_back(room, 0)
    assert between(http, room.name, 0, 3) == back.messages(2)
